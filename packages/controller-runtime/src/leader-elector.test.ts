import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { LeaderElector, type LeaderElectorOptions } from './leader-elector.ts';
import { LeadershipLostError } from './leadership-lost-error.ts';
import { MetricsRegistry } from './metrics.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FakeLeaseServer, type LeaseCallFate } from './testing/fake-lease-server.ts';

const names = { name: 'cloud-controller-manager', namespace: 'kube-system' };

function newElection() {
  const clock = new FakeClock();
  const server = new FakeLeaseServer();
  const join = (identity: string, more: Partial<LeaderElectorOptions> = {}): Member =>
    new Member(clock, server, identity, more);
  return { clock, server, join };
}

/** One process: leads until it is told to stop, and notes what happened when. */
class Member {
  fate: LeaseCallFate = 'answered';
  /** How long the work takes to end. */
  drainMs = 0;
  /** Why the work was told to stop. */
  reason: unknown;
  readonly log: (readonly [string, number])[] = [];
  readonly events: string[] = [];
  readonly stop = new AbortController();
  readonly elector: LeaderElector;
  readonly #clock: FakeClock;

  constructor(
    clock: FakeClock,
    server: FakeLeaseServer,
    identity: string,
    more: Partial<LeaderElectorOptions>,
  ) {
    this.#clock = clock;
    this.elector = new LeaderElector({
      ...names,
      identity,
      client: server.client({ clock, fate: () => this.fate }),
      clock,
      random: { next: () => 0 },
      log: silentLogger,
      recorder: {
        event: (_, type, reason, message) => this.events.push(`${type} ${reason} ${message}`),
      },
      ...more,
    });
  }

  async run(): Promise<void> {
    try {
      await this.elector.run(async (signal) => await this.#work(signal), this.stop.signal);
      this.#note('done');
    } catch (error) {
      this.#note(
        error instanceof LeadershipLostError ? error.message : `unexpected ${String(error)}`,
      );
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.#note('leads');
    await new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.reason = signal.reason;
        this.#note('told to stop');
        resolve(undefined);
      });
    });
    await this.#clock.sleep(this.drainMs);
    this.#note('work ended');
  }

  #note(what: string): void {
    this.log.push([what, this.#clock.monotonic()]);
  }
}

describe('LeaderElector', () => {
  it('creates the lease and renews it every two seconds, with six digits in its times', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    const done = a.run();
    await clock.advance(0);
    expect([a.elector.isLeader, a.elector.leader]).toEqual([true, 'a']);
    expect(server.lease).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { ...names, resourceVersion: '1' },
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:00.000000Z',
        leaseTransitions: 0,
      },
    });
    await clock.advance(10_000);
    expect(server.lease).toMatchObject({
      metadata: { resourceVersion: '6' },
      spec: {
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:10.000000Z',
      },
    });
    a.stop.abort();
    await clock.advance(0);
    await done;
  });

  it('ends cleanly: the work ends, renewed until then, and only then the lease is released', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    a.drainMs = 30_000;
    void a.run();
    await clock.advance(1_000);
    const reason = new Error('SIGTERM');
    a.stop.abort(reason);
    await clock.advance(29_999);
    expect([server.holder, a.elector.isLeader]).toEqual(['a', true]);
    await clock.advance(1);
    expect(a.log).toEqual([
      ['leads', 0],
      ['told to stop', 1_000],
      ['work ended', 31_000],
      ['done', 31_000],
    ]);
    expect(a.reason).toBe(reason);
    expect([server.holder, a.elector.isLeader]).toEqual(['', false]);
    expect(server.lease?.spec).toMatchObject({ leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(a.events).toEqual([
      'Normal LeaderElection a became leader',
      'Normal LeaderElection a stopped leading',
    ]);
    expect(clock.timers).toEqual([]);
  });

  it('lets the next one in within a second of a release, and counts the transition', async () => {
    const { clock, server, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(5_100);
    expect(b.log).toEqual([]);
    a.stop.abort();
    await clock.advance(1_000);
    expect(b.log).toEqual([['leads', 5_500]]);
    expect(server.lease?.spec).toMatchObject({
      holderIdentity: 'b',
      leaseTransitions: 1,
      leaseDurationSeconds: 15,
    });
    expect(server.lease?.spec?.acquireTime).toBe('2026-01-01T00:00:05.500000Z');
    b.stop.abort();
    await clock.advance(0);
  });

  it('does not release where it was told not to', async () => {
    const { clock, server, join } = newElection();
    const a = join('a', { release: false });
    void a.run();
    await clock.advance(0);
    a.stop.abort();
    await clock.advance(0);
    expect([a.log.at(-1), server.holder]).toEqual([['done', 0], 'a']);
  });

  it('takes over from a holder whose lease did not change for its duration, by its own clock', async () => {
    const { clock, server, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(4_000);
    a.fate = 'lost';
    await clock.advance(60_000);
    // Written at 4 s, and seen by the candidate in the same moment; expired at 19 s, looked at every 0.5 s.
    expect(b.log).toEqual([['leads', 19_000]]);
    expect(server.lease?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    expect(a.log.slice(0, 2)).toEqual([
      ['leads', 0],
      ['told to stop', 16_000],
    ]);
    b.stop.abort();
    await clock.advance(0);
  });

  it.each([
    ['ahead', '2030-01-01T00:00:00.000000Z'],
    ['behind', '2001-01-01T00:00:00.000000Z'],
  ])('does not care about the clock of the holder, which is %s by years', async (_, renewTime) => {
    const { clock, server, join } = newElection();
    server.change({
      holderIdentity: 'gone',
      leaseDurationSeconds: 15,
      renewTime,
      leaseTransitions: 7,
    });
    const a = join('a');
    void a.run();
    await clock.advance(14_999);
    expect(a.log).toEqual([]);
    await clock.advance(1);
    expect(a.log).toEqual([['leads', 15_000]]);
    expect(server.lease?.spec?.leaseTransitions).toBe(8);
    a.stop.abort();
    await clock.advance(0);
  });

  it('is not led astray by its own clock being set', async () => {
    const { clock, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(1_000);
    clock.setWallClock(clock.now() + 86_400_000);
    await clock.advance(10_000);
    clock.setWallClock(clock.now() - 2 * 86_400_000);
    await clock.advance(60_000);
    expect([a.elector.isLeader, b.log]).toEqual([true, []]);
    a.stop.abort();
    b.stop.abort();
    await clock.advance(2_000);
  });

  it('holds on through failures shorter than the renew deadline', async () => {
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
    'gives up and tells at once when every call is %s until the renew deadline',
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

  it('stops at once when it sees another holder', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(3_000);
    server.change({ holderIdentity: 'b' });
    await clock.advance(1_000);
    expect(a.log.slice(1, 3)).toEqual([
      ['told to stop', 4_000],
      ['lease kube-system/cloud-controller-manager: taken by b', 4_000],
    ]);
    expect(server.holder).toBe('b');
  });

  it('creates the lease anew that somebody deleted', async () => {
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

  it('notices before it acts that the process stood still for too long', async () => {
    const { clock, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(3_000);
    const answers: boolean[] = [];
    // Due before everything of the elector: the first thing to run after the process goes on.
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

  it('tells who only must not have lost, and nobody who never led', async () => {
    const { clock, server, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(0);
    a.elector.assertNotLost();
    b.elector.assertNotLost();
    expect(() => b.elector.assertLeading()).toThrow('this process does not lead');
    clock.timer(1, () => expect(() => a.elector.assertNotLost()).toThrow('not renewed in time'));
    await clock.stall(16_000);
    expect(() => a.elector.assertNotLost()).toThrow(LeadershipLostError);
    await clock.advance(20_000);
    expect([server.holder, b.elector.isLeader]).toEqual(['b', true]);
    b.stop.abort();
    await clock.advance(0);
    b.elector.assertNotLost();
    expect(() => b.elector.assertLeading()).toThrow('this process does not lead');
  });

  it('abandons its lead at once, without a release', async () => {
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

  it('goes on after a standstill that the lease outlived', async () => {
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

  it('does not lead on an answer that it read too late', async () => {
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

  it('counts its time from when a renewal was sent, not from when the answer came', async () => {
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

  it('never leads beyond the lease, however long it may try to renew', async () => {
    const { clock, join } = newElection();
    const a = join('a', { renewDeadlineMs: 14_500 });
    void a.run();
    await clock.advance(1_000);
    a.fate = 'hanging';
    await clock.advance(60_000);
    expect(a.log[1]).toEqual(['told to stop', 15_000]);
  });

  it('leaves the lease to whoever took it before the stop', async () => {
    const { clock, server, join } = newElection();
    const a = join('a');
    void a.run();
    await clock.advance(1_000);
    server.change({ holderIdentity: 'b' });
    a.stop.abort();
    await clock.advance(0);
    expect([a.log.at(-1), server.holder]).toEqual([['done', 1_000], 'b']);
  });

  it('ends while it waits for the lease', async () => {
    const { clock, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(1_000);
    b.stop.abort();
    await clock.advance(0);
    expect([b.log, b.events]).toEqual([[['done', 1_000]], []]);
    a.stop.abort();
    await clock.advance(0);
  });

  it('looks at a lease that another holds every 0.5 s to 1 s', async () => {
    const { clock, server, join } = newElection();
    server.change({ holderIdentity: 'other', leaseDurationSeconds: 15 });
    const looks: number[] = [];
    const client = server.client({
      clock,
      fate: () => (looks.push(clock.monotonic()), 'answered'),
    });
    const randoms = [0, 0.5, 0.999_999];
    const a = join('a', { client, random: { next: () => randoms.shift() ?? 0 } });
    void a.run();
    await clock.advance(2_300);
    expect(looks.map(Math.round)).toEqual([0, 500, 1_250, 2_250]);
    a.stop.abort();
    await clock.advance(0);
  });

  it('waits 2 s to 4.4 s between two tries that fail', async () => {
    const { clock, server, join } = newElection();
    server.change({ holderIdentity: 'other', leaseDurationSeconds: 15 });
    const tries: number[] = [];
    const client = server.client({ clock, fate: () => (tries.push(clock.monotonic()), 'lost') });
    const randoms = [0, 0.5, 0.999_999];
    const a = join('a', { client, random: { next: () => randoms.shift() ?? 0 } });
    void a.run();
    await clock.advance(9_700);
    expect(tries.map(Math.round)).toEqual([0, 2_000, 5_200, 9_600]);
    a.stop.abort();
    await clock.advance(0);
  });

  it('passes on what the work throws, after releasing the lease', async () => {
    const { clock, server, join } = newElection();
    const { elector, stop } = join('a');
    const run = elector.run(
      async () => await Promise.reject(new Error('broken work')),
      stop.signal,
    );
    await Promise.all([expect(run).rejects.toThrow('broken work'), clock.advance(100)]);
    expect(server.holder).toBe('');
  });

  it('tells the metrics who leads', async () => {
    const { clock, server, join } = newElection();
    const metrics = new MetricsRegistry();
    const a = join('a', { metrics });
    const status = async (): Promise<readonly string[]> =>
      (await metrics.render()).split('\n').filter((line) => line.startsWith('leader_election_'));
    const series = '{name="cloud-controller-manager"}';
    const lines = (leads: number, slow: number): readonly string[] => [
      `leader_election_master_status${series} ${leads}`,
      `leader_election_slowpath_total${series} ${slow}`,
    ];
    expect(await status()).toEqual(lines(0, 0));
    void a.run();
    await clock.advance(3_000);
    expect(await status()).toEqual(lines(1, 0));
    a.fate = 'answer-lost';
    await clock.advance(1_000);
    a.fate = 'answered';
    await clock.advance(4_000);
    expect(await status()).toEqual(lines(1, 1));
    server.change({ holderIdentity: 'b' });
    await clock.advance(2_000);
    expect(await status()).toEqual(lines(0, 1));
  });

  it('is healthy unless it led and did not renew for much longer than the lease', async () => {
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

  it.each([
    ['lease duration', { leaseDurationMs: 10_000 }],
    ['renew deadline', { renewDeadlineMs: 2_400 }],
    ['retry period', { retryPeriodMs: 0 }],
    ['lease duration', { leaseDurationMs: 999, renewDeadlineMs: 10, retryPeriodMs: 1 }],
    ['identity', { identity: '' }],
  ])('refuses timings that do not fit: %s', (what, more) => {
    const { join } = newElection();
    expect(() => join('a', more)).toThrow(what);
  });
});
