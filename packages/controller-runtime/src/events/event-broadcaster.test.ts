import { describe, expect, it } from '@jest/globals';
import { silentLogger, type Event } from '@k8s-ccm/cloud-provider';
import { ApiConnectionError } from '../api/errors/api-connection-error.ts';
import { ApiError } from '../api/errors/api-error.ts';
import { EventBroadcaster, type EventBroadcasterOptions } from './event-broadcaster.ts';
import { FakeClock } from '../testing/fake-clock.ts';

type Write = readonly ['create' | 'patch', string, number | undefined];

function apiError(status: number, reason: string, more: object = {}): ApiError {
  return new ApiError({ method: 'POST', path: '/events', status, reason, message: '', ...more });
}

const unreachable = new ApiConnectionError(
  { method: 'POST', path: '/events', host: 'h', outcome: 'unknown' },
  { cause: new Error('reset') },
);

/** An API server that takes `latencyMs` per write and fails as the queue `failures` specifies. */
function newCluster({
  latencyMs = 1,
  ...more
}: { latencyMs?: number } & Partial<EventBroadcasterOptions> = {}) {
  const clock = new FakeClock();
  const events = new Map<string, Event>();
  const writes: Write[] = [];
  const lines: string[] = [];
  const failures: (Error | undefined)[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const write = async (
    verb: 'create' | 'patch',
    name: string,
    event: Partial<Event>,
    signal: AbortSignal | undefined,
  ) => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    try {
      await clock.sleep(latencyMs, signal === undefined ? {} : { signal });
      writes.push([verb, name, event.count]);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      if (verb === 'create' && events.has(name)) throw apiError(409, 'AlreadyExists');
      if (verb === 'patch' && !events.has(name)) throw apiError(404, 'NotFound');
    } finally {
      inFlight -= 1;
    }
  };
  const broadcaster = new EventBroadcaster({
    client: {
      create: async (event, options) => {
        const name = event.metadata.name ?? '';
        await write('create', name, event, options?.signal);
        events.set(name, event);
        return event;
      },
      patch: async (ref, patch, options) => {
        await write('patch', ref.name, patch, options.signal);
        const before = events.get(ref.name);
        if (before === undefined) throw new Error('cannot be');
        const after = { ...before, ...patch };
        events.set(ref.name, after);
        return after;
      },
    },
    clock,
    random: { next: () => 0.999_999 },
    log: { ...silentLogger, warn: (message) => lines.push(message) },
    ...more,
  });
  const recorder = broadcaster.recorder('service-controller');
  const say = (message: string, name = 'web'): void =>
    recorder.event(
      { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } },
      'Warning',
      'Failed',
      message,
    );
  const stored = (): readonly unknown[] =>
    [...events.values()].map(({ message, count }) => [message, count]);
  return {
    clock,
    events,
    writes,
    lines,
    failures,
    broadcaster,
    recorder,
    say,
    stored,
    mostInFlight: () => mostInFlight,
  };
}

describe('EventBroadcaster', () => {
  it('writes an event after the caller has continued', async () => {
    const { clock, broadcaster, say, writes, events } = newCluster();
    say('a');
    expect(writes).toEqual([]);
    await clock.advance(1);
    expect([...events.values()]).toMatchObject([
      {
        message: 'a',
        involvedObject: { name: 'web' },
        source: { component: 'service-controller' },
      },
    ]);
    await broadcaster.close();
  });

  it('gives events of the same moment different names', async () => {
    const { clock, broadcaster, say, stored } = newCluster();
    say('a');
    say('b');
    await clock.advance(10);
    expect(stored()).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    await broadcaster.close();
  });

  it('patches the count, time and message of a repeated event', async () => {
    const { clock, broadcaster, say, writes, events } = newCluster();
    say('a');
    await clock.advance(5_000);
    say('a');
    await clock.advance(10);
    expect(writes.map(([verb, , count]) => [verb, count])).toEqual([
      ['create', 1],
      ['patch', 2],
    ]);
    expect([...events.values()]).toMatchObject([
      {
        count: 2,
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:05Z',
        message: 'a',
      },
    ]);
    await broadcaster.close();
  });

  it('writes a repeated event once while it is pending or being written', async () => {
    const { clock, broadcaster, say, writes, stored } = newCluster({ latencyMs: 100 });
    for (const atMs of [0, 0, 0, 50, 0]) {
      await clock.advance(atMs);
      say('a');
    }
    await clock.advance(1_000);
    expect(writes.map(([verb, , count]) => [verb, count])).toEqual([
      ['create', 1],
      ['patch', 5],
    ]);
    expect(stored()).toEqual([['a', 5]]);
    await broadcaster.close();
  });

  it('creates an event again that the server no longer has', async () => {
    const { clock, broadcaster, say, events, writes, stored } = newCluster();
    say('a');
    await clock.advance(10);
    events.clear();
    say('a');
    await clock.advance(10);
    expect(writes.map(([verb]) => verb)).toEqual(['create', 'patch', 'create']);
    expect(stored()).toEqual([['a', 2]]);
    await broadcaster.close();
  });

  it.each([
    ['no connection', unreachable],
    ['500', apiError(500, 'InternalError')],
    ['503', apiError(503, 'ServiceUnavailable')],
    ['429', apiError(429, 'TooManyRequests')],
    ['an error of an unknown kind', new Error('?')],
  ])('retries up to twelve times with growing delays after %s', async (_, failure) => {
    const { clock, broadcaster, say, failures, writes, lines, stored } = newCluster({
      latencyMs: 0,
    });
    failures.push(...Array.from({ length: 12 }, () => failure));
    say('a');
    const at: number[] = [];
    const start = clock.monotonic();
    while (writes.length < 12) {
      const before = writes.length;
      await clock.advanceUntil(() => writes.length > before);
      at.push(Math.round((clock.monotonic() - start) / 1_000));
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363]);
    await clock.advance(3_600_000);
    expect([writes.length, lines, stored()]).toEqual([
      12,
      ['event dropped after too many attempts'],
      [],
    ]);
    failures.push(failure);
    say('a');
    await clock.advance(1_000);
    expect(stored()).toEqual([['a', 2]]);
    await broadcaster.close();
  });

  it('waits as long as the server requests', async () => {
    const { clock, broadcaster, say, failures, writes } = newCluster({ latencyMs: 0 });
    failures.push(apiError(429, 'TooManyRequests', { retryAfterSeconds: 7 }));
    say('a');
    await clock.advance(6_999);
    expect(writes).toHaveLength(1);
    await clock.advance(1);
    expect(writes).toHaveLength(2);
    await broadcaster.close();
  });

  it('does not retry sooner because the event is repeated', async () => {
    const { clock, broadcaster, say, failures, writes, stored } = newCluster({ latencyMs: 0 });
    failures.push(unreachable);
    say('a');
    await clock.advance(100);
    say('a');
    await clock.advance(100);
    expect(writes).toHaveLength(1);
    await clock.advance(1_000);
    expect(stored()).toEqual([['a', 2]]);
    await broadcaster.close();
  });

  it('updates an event whose first write succeeded although the answer was lost', async () => {
    const { clock, broadcaster, say, failures, events, stored } = newCluster();
    failures.push(unreachable);
    say('a');
    say('a');
    await clock.advance(1);
    const name = `web.${(BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n).toString(16)}`;
    events.set(name, { metadata: { name }, involvedObject: {}, message: 'a', count: 1 });
    await clock.advance(2_000);
    expect(stored()).toEqual([['a', 2]]);
    await broadcaster.close();
  });

  it.each([
    ['event refused', apiError(403, 'Forbidden')],
    ['event refused', apiError(422, 'Invalid')],
    ['event refused', apiError(404, 'NotFound')],
    [
      undefined,
      apiError(403, 'Forbidden', { details: { causes: [{ reason: 'NamespaceTerminating' }] } }),
    ],
    [undefined, apiError(409, 'AlreadyExists')],
  ])('does not retry what the server refuses, and logs %s', async (line, failure) => {
    const { clock, broadcaster, say, failures, writes, lines } = newCluster();
    failures.push(failure);
    say('a');
    await clock.advance(3_600_000);
    expect(writes).toHaveLength(1);
    expect(lines).toEqual(line === undefined ? [] : [line]);
    await broadcaster.close();
  });

  it('writes at most two events concurrently', async () => {
    const { clock, broadcaster, say, mostInFlight, stored } = newCluster();
    for (let index = 0; index < 20; index += 1) say('a', `n${index}`);
    await clock.advance(100);
    expect([mostInFlight(), stored().length]).toEqual([2, 20]);
    await broadcaster.close();
  });

  it('drops events beyond its limit, logs it, and does not count them as written', async () => {
    const { clock, broadcaster, say, lines, stored } = newCluster({ maxQueued: 3 });
    for (let index = 0; index < 5; index += 1) say('a', `n${index}`);
    await clock.advance(100);
    expect([stored().length, lines]).toEqual([3, ['event dropped']]);
    say('a', 'n4');
    await clock.advance(100);
    expect(stored()).toHaveLength(4);
    await broadcaster.close();
  });

  it('gives precedence to controllers, but not indefinitely', async () => {
    let isBusy = true;
    const { clock, broadcaster, say, stored } = newCluster({
      holdWhile: () => isBusy,
      maxHoldMs: 1_000,
    });
    say('a');
    await clock.advance(900);
    expect(stored()).toEqual([]);
    isBusy = false;
    await clock.advance(30);
    expect(stored()).toHaveLength(1);
    isBusy = true;
    say('b');
    await clock.advance(999);
    expect(stored()).toHaveLength(1);
    await clock.advance(30);
    expect(stored()).toHaveLength(2);
    await broadcaster.close();
  });

  it('delays nothing once half of its places are taken', async () => {
    const { clock, broadcaster, say, stored } = newCluster({ holdWhile: () => true, maxQueued: 6 });
    for (const name of ['a', 'b', 'c']) say('a', name);
    await clock.advance(26);
    expect(stored().length).toBeGreaterThan(0);
    const closing = broadcaster.close();
    await clock.advance(5_000);
    await closing;
  });

  it('flushes: waits until no event is pending', async () => {
    const { clock, broadcaster, say, stored, failures } = newCluster();
    await broadcaster.flush();
    failures.push(unreachable);
    say('a');
    say('b');
    let flushed = false;
    const flushing = broadcaster.flush().then(() => (flushed = true));
    await clock.advance(900);
    expect([flushed, stored().length]).toEqual([false, 1]);
    await clock.advance(200);
    await flushing;
    expect(stored()).toHaveLength(2);
    say('c');
    await expect(broadcaster.flush(AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
    const closing = broadcaster.close();
    await clock.advance(5_000);
    await closing;
  });

  it('writes pending events when it is closed, and accepts no more', async () => {
    const { clock, broadcaster, say, stored, lines } = newCluster({ holdWhile: () => true });
    say('a');
    const closing = broadcaster.close();
    await clock.advance(30);
    await closing;
    await broadcaster.close();
    say('b');
    await clock.advance(1_000);
    expect(stored()).toEqual([['a', 1]]);
    expect(lines).toEqual(['event dropped']);
    expect(clock.timers).toEqual([]);
  });

  it('closes within its limit if the server does not answer', async () => {
    const { clock, broadcaster, say, stored, lines } = newCluster({ latencyMs: 60_000 });
    say('a');
    let closed = false;
    const closing = broadcaster.close({ limitMs: 2_000 }).then(() => (closed = true));
    await clock.advance(1_999);
    expect(closed).toBe(false);
    await clock.advance(1);
    await closing;
    expect([stored(), lines, clock.timers]).toEqual([[], ['events dropped during shutdown'], []]);
  });

  it('logs each event at the verbosity of events', async () => {
    const logged: unknown[] = [];
    const { broadcaster, say, clock } = newCluster({
      log: {
        ...silentLogger,
        child: (_fields, options) => ({
          ...silentLogger,
          debug: (message, fields) => logged.push([options, message, fields]),
        }),
      },
    });
    say('no quota', 'web');
    const fields = { namespace: 'shop', name: 'web', reason: 'Failed', note: 'no quota' };
    await clock.advance(10);
    expect(logged).toEqual([[{ verbosity: 2 }, 'event', expect.objectContaining(fields)]]);
    await broadcaster.close();
  });

  it('never throws, whatever it is called with', async () => {
    const errors: string[] = [];
    const { broadcaster, recorder, writes, clock } = newCluster({
      log: { ...silentLogger, error: (message) => errors.push(message) },
    });
    recorder.event({}, 'Normal', 'R', 'm');
    recorder.event({ kind: 'Node', metadata: { name: 'a' } }, 'Normal', 'R', 'm');
    clock.setWallClock(Number.NaN);
    recorder.event({ kind: 'Node', metadata: { name: 'b' } }, 'Normal', 'R', 'm');
    await clock.advance(10);
    expect(errors).toEqual(['event about an object without kind or name', 'event not recorded']);
    expect(writes).toHaveLength(1);
    await broadcaster.close();
  });
});
