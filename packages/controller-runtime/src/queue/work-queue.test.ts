import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '../metrics/metrics.ts';
import { exponentialBackoff } from './rate-limiter.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { WorkQueue } from './work-queue.ts';

function newQueue(metrics?: MetricsRegistry) {
  const clock = new FakeClock();
  const rateLimiter = exponentialBackoff({ baseMs: 5, maxMs: 1_000 });
  return { clock, queue: new WorkQueue({ name: 'test', clock, rateLimiter, metrics }) };
}

describe('WorkQueue', () => {
  it('hands out keys in the order in which they were added, each once', async () => {
    const { queue } = newQueue();
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(queue.length).toBe(3);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(['a', 'b', 'c']);
    expect(queue.length).toBe(0);
  });

  it('hands out a key again that is added while it is processed, but not before it is done', async () => {
    const { clock, queue } = newQueue();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    let second: string | undefined;
    void queue.get().then((key) => (second = key));
    await clock.settle();
    expect([queue.length, second]).toEqual([0, undefined]);
    queue.done('a');
    await clock.settle();
    expect(second).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it('hands keys to waiting workers in the order in which they started to wait', async () => {
    const { queue } = newQueue();
    const got = Promise.all([queue.get(), queue.get(), queue.get()]);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(await got).toEqual(['a', 'b', 'c']);
  });

  it('adds all delayed keys at once when they are hastened, as if they had never failed', async () => {
    const { clock, queue } = newQueue();
    queue.add('worked on');
    await queue.get();
    for (let failure = 0; failure < 5; failure += 1) queue.addRateLimited('worked on');
    await clock.advance(1_000);
    for (let failure = 0; failure < 5; failure += 1) queue.addRateLimited('waiting');
    queue.addAfter('other', 60_000);
    expect([queue.failures('worked on'), queue.failures('waiting')]).toEqual([5, 5]);
    expect(queue.hasten()).toEqual(new Set(['waiting', 'other']));
    expect([queue.length, clock.timers]).toEqual([2, []]);
    expect([queue.failures('worked on'), queue.failures('waiting')]).toEqual([0, 0]);
  });

  it('adds a delayed key when its time has come, immediately without a delay', async () => {
    const { clock, queue } = newQueue();
    queue.addAfter('later', 100);
    queue.addAfter('now', 0);
    queue.addAfter('past', -1);
    expect([await queue.get(), await queue.get(), queue.length]).toEqual(['now', 'past', 0]);
    await clock.advance(99);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(await queue.get()).toBe('later');
  });

  it.each([
    ['the later add comes second', [50, 100]],
    ['the later add comes first', [100, 50]],
  ])('keeps the earliest of several delayed adds: %s', async (_, delays) => {
    const { clock, queue } = newQueue();
    for (const ms of delays) queue.addAfter('a', ms);
    await clock.advance(50);
    expect(await queue.get()).toBe('a');
    queue.done('a');
    await clock.advance(1_000);
    expect(queue.length).toBe(0);
  });

  it('adds a key immediately even if a delayed add is pending, which still takes effect later', async () => {
    const { clock, queue } = newQueue();
    queue.addAfter('a', 50);
    queue.add('a');
    expect(await queue.get()).toBe('a');
    queue.done('a');
    await clock.advance(50);
    expect(await queue.get()).toBe('a');
  });

  it('waits longer after each failure until the key is forgotten', async () => {
    const { clock, queue } = newQueue();
    for (const waitMs of [5, 10, 20]) {
      queue.addRateLimited('a');
      await clock.advance(waitMs - 1);
      expect(queue.length).toBe(0);
      await clock.advance(1);
      expect(await queue.get()).toBe('a');
      queue.done('a');
    }
    expect(queue.failures('a')).toBe(3);
    queue.forget('a');
    expect(queue.failures('a')).toBe(0);
    queue.addRateLimited('a');
    await clock.advance(5);
    expect(queue.length).toBe(1);
  });

  it('hands out the remaining keys after a shutdown, and accepts no more', async () => {
    const { clock, queue } = newQueue();
    queue.add('a');
    queue.addAfter('b', 10);
    queue.shutDown();
    queue.add('c');
    queue.addAfter('c', 10);
    queue.addRateLimited('c');
    await clock.advance(1_000);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual([
      'a',
      undefined,
      undefined,
    ]);
    expect(clock.timers).toEqual([]);
  });

  it('notifies waiting workers of the shutdown', async () => {
    const { queue } = newQueue();
    const waiting = Promise.all([queue.get(), queue.get()]);
    queue.shutDown();
    expect(await waiting).toEqual([undefined, undefined]);
    expect(queue.isShuttingDown).toBe(true);
  });

  it('drains: waits until all taken keys are done, including their second round', async () => {
    const { clock, queue } = newQueue();
    queue.add('a');
    queue.add('b');
    await queue.get();
    queue.add('a');
    let drained = false;
    const draining = queue.shutDownWithDrain().then(() => (drained = true));
    await queue.get();
    queue.done('b');
    queue.done('a');
    await clock.settle();
    expect(drained).toBe(false);
    expect(await queue.get()).toBe('a');
    queue.done('a');
    await draining;
    expect(await queue.get()).toBeUndefined();
  });

  it('drains immediately if there is nothing to do', async () => {
    const { queue } = newQueue();
    await queue.shutDownWithDrain();
    expect(queue.isShuttingDown).toBe(true);
  });

  it('stops draining on a plain shutdown or when the signal aborts', async () => {
    const { queue } = newQueue();
    queue.add('a');
    await queue.get();
    const controller = new AbortController();
    const aborted = queue.shutDownWithDrain(controller.signal);
    const draining = queue.shutDownWithDrain();
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    queue.shutDown();
    await draining;
  });

  it('stops waiting for a key when the signal aborts, without losing one', async () => {
    const { queue } = newQueue();
    const controller = new AbortController();
    const [first, second] = [queue.get(controller.signal), queue.get(controller.signal)];
    queue.add('a');
    controller.abort(new Error('enough'));
    expect(await first).toBe('a');
    await expect(second).rejects.toThrow('enough');
    await expect(queue.get(controller.signal)).rejects.toThrow('enough');
    queue.add('b');
    expect(await queue.get()).toBe('b');
  });

  it('ignores done for a key that is not being processed', async () => {
    const { queue } = newQueue();
    queue.add('a');
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(await queue.get()).toBe('a');
  });

  it('yields to timers and sockets while it hands out keys', async () => {
    const { clock, queue } = newQueue();
    queue.add('a');
    await clock.advance(10);
    let isOtherDone = false;
    setImmediate(() => (isOtherDone = true));
    await queue.get();
    expect(isOtherDone).toBe(true);
  });

  it("records metrics under upstream's names and buckets", async () => {
    const metrics = new MetricsRegistry();
    const { clock, queue } = newQueue(metrics);
    const lines = async (): Promise<readonly string[]> => (await metrics.render()).split('\n');
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'workqueue_depth{name="test"} 0',
        'workqueue_adds_total{name="test"} 0',
        'workqueue_retries_total{name="test"} 0',
        'workqueue_unfinished_work_seconds{name="test"} 0',
        'workqueue_longest_running_processor_seconds{name="test"} 0',
        'workqueue_queue_duration_seconds_count{name="test"} 0',
        'workqueue_work_duration_seconds_bucket{le="1e-8",name="test"} 0',
        'workqueue_work_duration_seconds_bucket{le="10",name="test"} 0',
        '# HELP workqueue_depth [BETA] Current depth of workqueue',
      ]),
    );
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 60_000);
    await clock.advance(2_000);
    await queue.get();
    await queue.get();
    queue.add('a');
    await clock.advance(3_000);
    queue.done('b');
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'workqueue_depth{name="test"} 1',
        'workqueue_adds_total{name="test"} 3',
        'workqueue_retries_total{name="test"} 1',
        'workqueue_queue_duration_seconds_sum{name="test"} 4',
        'workqueue_queue_duration_seconds_count{name="test"} 2',
        'workqueue_work_duration_seconds_sum{name="test"} 3',
        'workqueue_work_duration_seconds_count{name="test"} 1',
        'workqueue_unfinished_work_seconds{name="test"} 3',
        'workqueue_longest_running_processor_seconds{name="test"} 3',
      ]),
    );
  });
});
