import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '../metrics/metrics.ts';
import { names, newElection } from '../testing/election-member.ts';

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

  it('ends cleanly: renews the lease until the work has ended, then releases it', async () => {
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

  it('lets the next candidate lead within a second of a release, and counts the transition', async () => {
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

  it('does not release the lease if release is disabled', async () => {
    const { clock, server, join } = newElection();
    const a = join('a', { release: false });
    void a.run();
    await clock.advance(0);
    a.stop.abort();
    await clock.advance(0);
    expect([a.log.at(-1), server.holder]).toEqual([['done', 0], 'a']);
  });

  it('takes over from a holder that did not renew the lease for its duration, by its own clock', async () => {
    const { clock, server, join } = newElection();
    const [a, b] = [join('a'), join('b')];
    void a.run();
    await clock.advance(0);
    void b.run();
    await clock.advance(4_000);
    a.fate = 'lost';
    await clock.advance(60_000);
    // Written at 4 s and seen by the candidate at the same moment; expired at 19 s, checked every 0.5 s.
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
  ])('ignores the clock of the holder, which is %s by years', async (_, renewTime) => {
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

  it('ignores changes of its own time of day', async () => {
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

  it('stops while it waits for the lease', async () => {
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

  it('checks a lease that another process holds every 0.5 s to 1 s', async () => {
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

  it('waits 2 s to 4.4 s between two failed attempts', async () => {
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

  it('rethrows the error of the work after releasing the lease', async () => {
    const { clock, server, join } = newElection();
    const { elector, stop } = join('a');
    const run = elector.run(
      async () => await Promise.reject(new Error('broken work')),
      stop.signal,
    );
    await Promise.all([expect(run).rejects.toThrow('broken work'), clock.advance(100)]);
    expect(server.holder).toBe('');
  });

  it('reports the leader in the metrics', async () => {
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

  it.each([
    ['lease duration', { leaseDurationMs: 10_000 }],
    ['renew deadline', { renewDeadlineMs: 2_400 }],
    ['retry period', { retryPeriodMs: 0 }],
    ['lease duration', { leaseDurationMs: 999, renewDeadlineMs: 10, retryPeriodMs: 1 }],
    ['identity', { identity: '' }],
  ])('rejects inconsistent timings: %s', (what, more) => {
    const { join } = newElection();
    expect(() => join('a', more)).toThrow(what);
  });
});
