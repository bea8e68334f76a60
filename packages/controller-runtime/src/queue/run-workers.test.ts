import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '../time/clock.ts';
import { eventLoopTurn } from '../time/event-loop-turn.ts';
import { exponentialBackoff } from './rate-limiter.ts';
import { reconcileId } from './reconcile-id.ts';
import { runWorkers } from './run-workers.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

function newWork() {
  const clock = new FakeClock();
  const queue = new WorkQueue({
    name: 'test',
    clock,
    rateLimiter: exponentialBackoff({ baseMs: 10, maxMs: 100 }),
  });
  const controller = new AbortController();
  return {
    clock,
    queue,
    controller,
    common: { queue, signal: controller.signal, log: silentLogger },
  };
}

describe('runWorkers', () => {
  it('processes the requested number of keys concurrently', async () => {
    const { clock, queue, controller, common } = newWork();
    const running = new Set<string>();
    let most = 0;
    const done = runWorkers({
      ...common,
      concurrency: 3,
      reconcile: async (key) => {
        running.add(key);
        most = Math.max(most, running.size);
        await clock.sleep(10);
        running.delete(key);
      },
    });
    for (let key = 0; key < 9; key += 1) queue.add(`${key}`);
    await clock.advance(29);
    expect([most, running.size]).toEqual([3, 3]);
    await clock.advance(1);
    expect(running.size).toBe(0);
    controller.abort();
    await done;
  });

  it('retries a failed key after growing delays, and forgets its failures once it succeeds', async () => {
    const { clock, queue, controller, common } = newWork();
    const at: number[] = [];
    const lines: string[] = [];
    const done = runWorkers({
      ...common,
      log: { ...silentLogger, error: (message) => lines.push(message) },
      concurrency: 1,
      reconcile: async () => {
        at.push(clock.monotonic());
        if (at.length < 4) throw new Error('not yet');
      },
    });
    queue.add('a');
    await clock.advance(1_000);
    expect(at).toEqual([0, 10, 30, 70]);
    expect(queue.failures('a')).toBe(0);
    expect(lines).toHaveLength(3);
    controller.abort();
    await done;
  });

  it('leaves errors to the given handler, and survives a handler that throws', async () => {
    const { clock, queue, controller, common } = newWork();
    const at: number[] = [];
    const seen: unknown[] = [];
    const done = runWorkers({
      ...common,
      concurrency: 1,
      reconcile: async () => {
        at.push(clock.monotonic());
        throw new Error(`failure ${at.length}`);
      },
      onError: (key, error) => {
        seen.push(error);
        if (seen.length === 2) throw new Error('broken policy');
        if (seen.length < 4) queue.addAfter(key, 500);
      },
    });
    queue.add('a');
    await clock.advance(5_000);
    expect(at).toEqual([0, 500, 510, 1_010]);
    expect(seen).toEqual([1, 2, 3, 4].map((number) => new Error(`failure ${number}`)));
    controller.abort();
    await done;
  });

  it('ends only after everything in flight has ended, starts nothing more and reports no abort as a failure', async () => {
    const { clock, queue, controller, common } = newWork();
    const started: string[] = [];
    const failures: string[] = [];
    let ended = false;
    const done = runWorkers({
      ...common,
      concurrency: 1,
      reconcile: async (key, signal) => {
        started.push(key);
        await clock.sleep(100);
        signal.throwIfAborted();
      },
      onError: (key) => failures.push(key),
    }).then(() => (ended = true));
    queue.add('a');
    queue.add('b');
    await clock.advance(50);
    controller.abort();
    await clock.advance(49);
    expect(ended).toBe(false);
    await clock.advance(1);
    await done;
    expect([started, failures, queue.isShuttingDown]).toEqual([['a'], [], true]);
  });

  it('processes the remaining keys when the queue is shut down, then ends', async () => {
    const { queue, common } = newWork();
    const worked: string[] = [];
    for (const key of ['a', 'b', 'c']) queue.add(key);
    queue.shutDown();
    await runWorkers({
      ...common,
      concurrency: 2,
      reconcile: async (key) => void worked.push(key),
    });
    expect(worked).toEqual(['a', 'b', 'c']);
  });

  it('yields to other work about every 10 ms, however many workers there are', async () => {
    const fake = new FakeClock();
    let now = 0;
    const clock: Clock = {
      now: () => now,
      monotonic: () => now,
      sleep: async (ms) => await fake.sleep(ms),
      timer: (ms, callback) => fake.timer(ms, callback),
    };
    const rateLimiter = exponentialBackoff({ baseMs: 10, maxMs: 100 });
    const queue = new WorkQueue({ name: 'test', clock, rateLimiter });
    for (let key = 0; key < 2_000; key += 1) queue.add(`${key}`);
    queue.shutDown();
    const turns: number[] = [];
    const done = runWorkers({
      queue,
      concurrency: 50,
      // Work that takes time but never waits.
      reconcile: async () => void (now += 1),
      signal: new AbortController().signal,
      log: silentLogger,
    });
    for (let at = 0; at < 2_000; at = now) {
      await eventLoopTurn();
      turns.push(now);
    }
    await done;
    const waits = turns.map((at, index) => at - (turns[index - 1] ?? 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
  });

  it('gives each reconcile its own id, which everything that it awaits and its failure carry', async () => {
    const { clock, queue, controller, common } = newWork();
    const ids = new Map<string, (string | undefined)[]>();
    const look = (key: string): void => void ids.set(key, [...(ids.get(key) ?? []), reconcileId()]);
    const done = runWorkers({
      ...common,
      concurrency: 2,
      reconcile: async (key) => {
        look(key);
        await clock.sleep(10);
        look(key);
        throw new Error('fails');
      },
      onError: (key) => look(key),
    });
    queue.add('a');
    queue.add('b');
    await clock.advance(10);
    const of = (key: string) => new Set(ids.get(key));
    expect(ids.get('a')).toHaveLength(3);
    expect([of('a').size, of('b').size]).toEqual([1, 1]);
    expect(of('a')).not.toEqual(of('b'));
    expect([...of('a')]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    const [first] = of('a');
    queue.add('a');
    await clock.advance(10);
    expect(of('a').size).toBe(2);
    expect(ids.get('a')?.at(-1)).not.toBe(first);
    expect(reconcileId()).toBeUndefined();
    controller.abort();
    await done;
  });

  it('does nothing if the signal has already aborted', async () => {
    const { queue, controller, common } = newWork();
    queue.add('a');
    controller.abort();
    const worked: string[] = [];
    await runWorkers({
      ...common,
      concurrency: 1,
      reconcile: async (key) => void worked.push(key),
    });
    expect([worked, queue.isShuttingDown]).toEqual([[], true]);
  });

  it('does not start on a key that arrives at the moment of the abort', async () => {
    const { clock, queue, controller, common } = newWork();
    const worked: string[] = [];
    const done = runWorkers({
      ...common,
      concurrency: 1,
      reconcile: async (key) => void worked.push(key),
    });
    await clock.settle();
    queue.add('a');
    controller.abort();
    await done;
    expect(worked).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])('rejects a concurrency of %s', async (concurrency) => {
    const { common } = newWork();
    await expect(
      runWorkers({ ...common, concurrency, reconcile: async () => undefined }),
    ).rejects.toThrow(RangeError);
  });
});
