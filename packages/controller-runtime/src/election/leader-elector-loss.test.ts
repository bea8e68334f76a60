import { describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '../time/clock.ts';
import { LeadershipLostError } from './leadership-lost-error.ts';
import { newElection } from '../testing/election-member.ts';
import type { LeaseCallFate } from '../testing/fake-lease-server.ts';

describe('a LeaderElector that loses the lease, or nearly', () => {
  it('keeps leading through failures shorter than the renew deadline', async () => {
    const { clock, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(1_000);
    for (const [fate, ms] of [
      ['lost', 8_000],
      ['answer-lost', 8_000],
      ['hanging', 5_000],
    ] as const) {
      a.fate = fate;
      await clock.advance(ms);
      a.fate = 'answered';
      await clock.advance(20_000);
      expect(a.elector.isLeader).toBe(true);
    }
    expect(a.log).toEqual([['leads', 0]]);
    a.stop.abort();
    await clock.advance(0);
  });

  it.each<[LeaseCallFate, number]>([
    ['lost', 14_000],
    ['answer-lost', 14_000],
    ['hanging', 14_000],
  ])(
    'gives up and reports it immediately if every call is %s until the renew deadline',
    async (fate, at) => {
      const { clock, join } = newElection();
      const a = join('a');
      a.drainMs = 60_000;
      void a.run();
      await clock.advance(3_000);
      a.fate = fate;
      await clock.advance(60_000);
      expect(a.log.slice(0, 3)).toEqual([
        ['leads', 0],
        ['told to stop', at],
        ['lease kube-system/cloud-controller-manager: not renewed within 10000 ms', at],
      ]);
      expect(a.reason).toBeInstanceOf(LeadershipLostError);
      expect(a.elector.isLeader).toBe(false);
      expect(a.events).toEqual([
        'Normal LeaderElection a became leader',
        'Normal LeaderElection a stopped leading',
      ]);
    },
  );

  it('stops immediately when it sees another holder', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(3_000);
    server.change({ holderIdentity: 'b' });
    await clock.advance(1_000);
    expect(a.log.slice(1, 3)).toEqual([
      ['told to stop', 4_000],
      ['lease kube-system/cloud-controller-manager: acquired by b', 4_000],
    ]);
    expect(server.holder).toBe('b');
  });

  it('creates a deleted lease again', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(3_000);
    server.delete();
    await clock.advance(1_000);
    expect([server.holder, a.elector.isLeader]).toEqual(['a', true]);
    a.stop.abort();
    await clock.advance(0);
  });

  it('notices a suspension of the process before it acts', async () => {
    const { clock, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(3_000);
    const answers: boolean[] = [];
    // Due before every timer of the elector: the first thing to run when the process continues.
    clock.timer(1, () => answers.push(a.elector.isLeader, a.log.length > 1));
    await clock.stall(14_000);
    expect(answers[0]).toBe(false);
    expect(() => a.elector.assertLeading()).toThrow(LeadershipLostError);
    expect(a.log).toContainEqual(['told to stop', 17_000]);
    expect(a.log).toContainEqual([
      'lease kube-system/cloud-controller-manager: not renewed in time',
      17_000,
    ]);
  });

  it('refuses only a process that lost the lease, never one that did not lead', async () => {
    const { clock, server, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(0);
    a.elector.assertNotLost();
    b.elector.assertNotLost();
    expect(() => b.elector.assertLeading()).toThrow('this process is not the leader');
    clock.timer(1, () => expect(() => a.elector.assertNotLost()).toThrow('not renewed in time'));
    await clock.stall(16_000);
    expect(() => a.elector.assertNotLost()).toThrow(LeadershipLostError);
    await clock.advance(20_000);
    expect([server.holder, b.elector.isLeader]).toEqual(['b', true]);
    b.stop.abort();
    await clock.advance(0);
    b.elector.assertNotLost();
    expect(() => b.elector.assertLeading()).toThrow('this process is not the leader');
  });

  it('stops leading immediately on request, without a release', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(1_000);
    a.elector.abandon('the other lease is lost');
    await clock.advance(30_000);
    expect(a.log.slice(0, 3)).toEqual([
      ['leads', 0],
      ['told to stop', 1_000],
      ['lease kube-system/cloud-controller-manager: the other lease is lost', 1_000],
    ]);
    expect([server.holder, a.elector.isLeader]).toEqual(['a', false]);
  });

  it('continues after a suspension that is shorter than the lease', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(3_000);
    await clock.stall(13_999 - 1_000);
    a.elector.assertLeading();
    expect(a.log).toEqual([['leads', 0]]);
    expect(server.lease?.spec?.renewTime).toBe('2026-01-01T00:00:15.999000Z');
    a.stop.abort();
    await clock.advance(0);
  });

  it('does not lead after reading an answer too late', async () => {
    const { clock, server, join } = newElection();
    const a = join('a', { client: server.client({ clock, latencyMs: () => 100 }) });
    void a.run();
    await clock.advance(125);
    expect(server.holder).toBe('a');
    await clock.stall(20_000);
    await clock.advance(0);
    expect(a.log).toEqual([]);
    await clock.advance(5_000);
    expect(a.log.map(([what]) => what)).toEqual(['leads']);
    a.stop.abort();
    await clock.advance(1_000);
  });

  it('measures time from when a renewal was sent, not from when the answer arrived', async () => {
    const { clock, server, join } = newElection();
    const a = join('a', { client: server.client({ clock, latencyMs: () => 4_000 }) });
    void a.run();
    await clock.advance(8_000);
    expect(a.log).toEqual([['leads', 6_000]]);
    const answers: boolean[] = [];
    clock.timer(1, () => answers.push(a.elector.isLeader));
    await clock.stall(8_999);
    clock.timer(1, () => answers.push(a.elector.isLeader));
    await clock.stall(1);
    expect(answers).toEqual([true, false]);
  });

  it('never leads longer than the lease, however long the renew deadline is', async () => {
    const { clock, join } = newElection();
    const a = join('a', { renewDeadlineMs: 14_500 });
    void a.run();
    await clock.advance(1_000);
    a.fate = 'hanging';
    await clock.advance(60_000);
    expect(a.log[1]).toEqual(['told to stop', 15_000]);
  });

  it('leaves the lease to another process that acquired it before the stop', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(1_000);
    server.change({ holderIdentity: 'b' });
    a.stop.abort();
    await clock.advance(0);
    expect([a.log.at(-1), server.holder]).toEqual([['done', 1_000], 'b']);
  });

  it('is healthy unless it led and did not renew the lease for much longer than its duration', async () => {
    const { clock, join } = newElection();
    const a = join('a');
    expect(a.elector.isHealthy()).toBe(true);
    a.drainMs = 60_000;
    void a.run();
    await clock.advance(0);
    a.fate = 'lost';
    await clock.advance(34_999);
    expect(a.elector.isHealthy()).toBe(true);
    await clock.advance(1);
    expect(a.elector.isHealthy()).toBe(false);
    expect(a.elector.isHealthy(60_000)).toBe(true);
    const b = join('b');
    void b.run();
    await clock.advance(60_000);
    expect(b.elector.isLeader).toBe(true);
    b.stop.abort();
    await clock.advance(3_600_000);
    expect(b.elector.isHealthy()).toBe(true);
  });

  it('is healthy while it has never led, even after reading an answer too late', async () => {
    const { clock, server, join } = newElection();
    let aheadMs = 0;
    const late: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic() + aheadMs,
      sleep: (ms, options) => clock.sleep(ms, options),
      timer: (ms, callback) => clock.timer(ms, callback),
    };
    const client = server.client({ clock });
    const create: typeof client.create = async (lease) => {
      const answer = await client.create(lease);
      aheadMs = 20_000;
      server.change({ holderIdentity: 'b', leaseDurationSeconds: 3_600 });
      return answer;
    };
    const a = join('a', { clock: late, client: { ...client, create } });
    const done = a.run();
    await clock.advance(60_000);
    expect([a.elector.leader, a.log, a.elector.isHealthy()]).toEqual(['b', [], true]);
    a.stop.abort();
    await Promise.all([done, clock.advance(0)]);
  });

  it('reports the loss once, whoever checks in the meantime', async () => {
    const { clock, join } = newElection();
    const errors: string[] = [];
    const log: Logger = {
      ...silentLogger,
      error: (message) => errors.push(message),
      child: () => log,
    };
    const a = join('a', { log });
    const run = a.elector.run(async (signal) => {
      signal.addEventListener('abort', () => void a.elector.isLeader);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }, a.stop.signal);
    const lost: Promise<unknown> = run.catch((error: unknown) => error);
    await clock.advance(3_000);
    clock.timer(1, () => void a.elector.isLeader);
    await clock.stall(16_000);
    expect(await lost).toBeInstanceOf(LeadershipLostError);
    expect(errors).toEqual(['leadership lost']);
    expect(a.events).toHaveLength(2);
  });
});
