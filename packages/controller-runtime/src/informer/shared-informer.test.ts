import { describe, expect, it } from '@jest/globals';
import { silentLogger, type KubernetesObject, type Logger } from '@k8s-ccm/cloud-provider';
import { seededRandom } from '../time/random.ts';
import type { ResourceClient } from '../api/resource-client.ts';
import { SharedInformer, type SharedInformerOptions } from './shared-informer.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { WatchEvent } from '../api/watch-event.ts';

type Thing = KubernetesObject;

const expired: WatchEvent<Thing> = {
  type: 'BOOKMARK',
  resourceVersion: 'expire',
  initialEventsEnd: false,
};

describe('SharedInformer', () => {
  it('reports additions, changes with the old object, and deletions with the last state', async () => {
    const world = start();
    const calls = record(world.informer);
    await world.send(added('a', 1), mark(1), added('b', 2), changed('b', 3), deleted('b', 4));
    expect(calls).toEqual(['add a@1 initial', 'add b@2', 'update b@2 b@3', 'delete b@4']);
    expect(world.informer.store.list().map(show)).toEqual(['a@1']);
    await world.stop();
  });

  it('has synced only when the handlers have received the initial list', async () => {
    const world = start();
    let seen = 0;
    const registration = world.informer.addHandler({ onAdd: () => (seen += 1) });
    const synced = world.informer.waitForSync(world.signal).then(() => seen);
    expect([world.informer.hasSynced, registration.hasSynced]).toEqual([false, false]);
    await world.send(...Array.from({ length: 1000 }, (_, i) => added(`n-${i}`, i + 1)), mark(2000));
    expect(await synced).toBe(1000);
    expect([world.informer.hasSynced, registration.hasSynced]).toEqual([true, true]);
    await world.stop();
  });

  it('rejects the wait for the sync with the reason of its signal', async () => {
    const world = start();
    const controller = new AbortController();
    const waiting = world.informer.waitForSync(controller.signal);
    controller.abort(new Error('no patience'));
    await expect(waiting).rejects.toThrow('no patience');
    await world.stop();
  });

  it('continues with the other handlers if one throws or rejects', async () => {
    const errors: unknown[] = [];
    const log: Logger = {
      ...silentLogger,
      error: (_, fields) => errors.push(fields?.['error']),
      child: () => log,
    };
    const world = start({ log });
    world.informer.addHandler({
      onAdd: () => {
        throw new Error('thrown');
      },
    });
    const rejecting: { onAdd: () => unknown } = {
      onAdd: async () => await Promise.reject(new Error('rejected')),
    };
    world.informer.addHandler(rejecting);
    const calls = record(world.informer);
    await world.send(added('a', 1), mark(1), changed('a', 2));
    expect(errors.map(String)).toEqual(['Error: thrown', 'Error: rejected']);
    expect(calls).toEqual(['add a@1 initial', 'update a@1 a@2']);
    await world.stop();
  });

  it('reports all existing objects to a late handler, then changes, in order', async () => {
    const world = start();
    await world.send(...Array.from({ length: 600 }, (_, i) => added(`n-${i}`, i + 1)), mark(700));
    const calls = record(world.informer);
    expect(calls).not.toContain('add n-599@600 initial');
    await world.send(changed('n-599', 701), deleted('n-0', 702));
    expect(calls).toHaveLength(602);
    expect(calls.slice(599)).toEqual([
      'add n-599@600 initial',
      'update n-599@600 n-599@701',
      'delete n-0@702',
    ]);
    await world.stop();
  });

  it('detects deletions and changes that the watch missed when it lists again', async () => {
    const world = start();
    const calls = record(world.informer);
    await world.send(added('gone', 1), added('same', 2), added('other', 3), mark(5), expired);
    const same = world.informer.store.get('same');
    await world.clock.advance(2_000);
    await world.send(added('same', 2), added('other', 8), added('new', 9), mark(9));
    expect(calls.slice(3)).toEqual(['update other@3 other@8', 'add new@9', 'delete gone@1']);
    expect(world.informer.store.get('same')).toBe(same);
    await world.stop();
  });

  it('shows the old state until the new one is complete', async () => {
    const world = start();
    await world.send(added('a', 1), added('b', 2), mark(5), expired);
    await world.clock.advance(2_000);
    await world.send(added('b', 6));
    expect(world.informer.store.list().map(show)).toEqual(['a@1', 'b@2']);
    await world.send(mark(7));
    expect(world.informer.store.list().map(show)).toEqual(['b@6']);
    await world.stop();
  });

  it('replays the cache as updates to the handlers that requested a resync', async () => {
    const world = start({ resyncPeriodMs: 60_000 });
    const each: [string, boolean][] = [];
    world.informer.addHandler({
      onUpdate: (old, object) => each.push([show(object), old === object]),
    });
    const unasked = record(world.informer, 0);
    const twice = record(world.informer, 30_000);
    await world.send(added('a', 1), added('b', 2), mark(2));
    await world.clock.advance(60_000);
    expect(each).toEqual([
      ['a@1', true],
      ['b@2', true],
    ]);
    expect(unasked).toEqual(['add a@1 initial', 'add b@2 initial']);
    expect(twice).toHaveLength(6);
    await world.stop();
    await world.clock.advance(600_000);
    expect(twice).toHaveLength(6);
  });

  it('does not wait for a removed handler', async () => {
    const world = start();
    world.informer.addHandler({}).remove();
    await world.send(added('a', 1), mark(1));
    await world.informer.waitForSync(world.signal);
    expect(world.informer.hasSynced).toBe(true);
    await world.stop();
  });

  it('does not wait for a handler that is removed before it has received the whole list', async () => {
    const world = start();
    // In the second slice: the wait has started by then.
    const registration = world.informer.addHandler({
      onAdd: (object) => {
        if (object.metadata?.name === 'n-500') registration.remove();
      },
    });
    const synced = world.informer.waitForSync(world.signal);
    await world.send(...Array.from({ length: 600 }, (_, i) => added(`n-${i}`, i + 1)), mark(700));
    await expect(synced).resolves.toBeUndefined();
    await world.stop();
  });

  it('replays nothing before the first list', async () => {
    const world = start();
    const calls = record(world.informer, 1_000);
    await world.clock.advance(5_000);
    expect(calls).toEqual([]);
    await world.stop();
  });

  it('does not call a removed handler', async () => {
    const world = start();
    const calls: string[] = [];
    const registration = world.informer.addHandler({ onAdd: (object) => calls.push(show(object)) });
    await world.send(added('a', 1), mark(1));
    registration.remove();
    await world.send(added('b', 2));
    expect(calls).toEqual(['a@1']);
    await world.stop();
  });

  it('stores and reports trimmed objects, frozen on request', async () => {
    const world = start({
      freeze: true,
      trim: ({ metadata }) => ({
        metadata: { name: metadata?.name ?? '', labels: { kept: 'yes' } },
      }),
    });
    await world.send(added('a', 1), mark(1));
    const [object] = world.informer.store.list();
    expect(object).toEqual({ metadata: { name: 'a', labels: { kept: 'yes' } } });
    expect(Object.isFrozen(object?.metadata?.labels)).toBe(true);
    await world.stop();
  });

  it('keeps the event loop free between slices of a long list', async () => {
    const world = start();
    let turns = 0;
    let seen = 0;
    const turn = (): void => {
      turns += 1;
      if (seen < 5000) setImmediate(turn);
    };
    world.informer.addHandler({ onAdd: () => (seen += 1) });
    setImmediate(turn);
    await world.send(...Array.from({ length: 5000 }, (_, i) => added(`n-${i}`, i + 1)), mark(6000));
    await world.informer.waitForSync(world.signal);
    expect(turns).toBeGreaterThan(15);
    await world.stop();
  });

  it('runs only once, and reports nothing after its end', async () => {
    const world = start();
    const calls = record(world.informer);
    await world.send(added('a', 1), mark(1));
    await world.stop();
    expect(world.isWatching()).toBe(false);
    await expect(world.informer.run(new AbortController().signal)).rejects.toThrow(
      'can run only once',
    );
    expect(calls).toEqual(['add a@1 initial']);
  });
});

function start(options: Partial<SharedInformerOptions<Thing>> = {}) {
  const clock = new FakeClock();
  const waiting: WatchEvent<Thing>[] = [];
  let wake = Promise.withResolvers<void>();
  let open = 0;
  const client: ResourceClient<Thing> = {
    get: never,
    list: never,
    create: never,
    update: never,
    patch: never,
    delete: never,
    async *watch({ signal } = {}) {
      open += 1;
      signal?.addEventListener('abort', () => wake.resolve());
      try {
        for (;;) {
          signal?.throwIfAborted();
          const event = waiting.shift();
          if (event === expired) throw Object.assign(new Error('an event that cannot be read'));
          if (event !== undefined) yield event;
          else {
            await wake.promise;
            wake = Promise.withResolvers();
          }
        }
      } finally {
        open -= 1;
      }
    },
  };
  const controller = new AbortController();
  const informer = new SharedInformer<Thing>({
    name: 'things',
    client,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    ...options,
  });
  const done = informer.run(controller.signal);
  return {
    clock,
    informer,
    signal: controller.signal,
    isWatching: () => open > 0,
    send: async (...events: readonly WatchEvent<Thing>[]): Promise<void> => {
      waiting.push(...events);
      wake.resolve();
      await clock.advance(0);
    },
    stop: async (): Promise<void> => {
      controller.abort(new Error('enough'));
      await done;
    },
  };
}

function record(informer: SharedInformer<Thing>, resyncPeriodMs = 0): string[] {
  const calls: string[] = [];
  informer.addHandler(
    {
      onAdd: (object, isInInitialList) =>
        calls.push(`add ${show(object)}${isInInitialList ? ' initial' : ''}`),
      onUpdate: (old, object) => calls.push(`update ${show(old)} ${show(object)}`),
      onDelete: (object) => calls.push(`delete ${show(object)}`),
    },
    { resyncPeriodMs },
  );
  return calls;
}

function never(): never {
  throw new Error('not scripted');
}

function eventOf(
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  name: string,
  version: number,
): WatchEvent<Thing> {
  return {
    type,
    object: { metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) } },
  };
}

function added(name: string, version: number): WatchEvent<Thing> {
  return eventOf('ADDED', name, version);
}

function changed(name: string, version: number): WatchEvent<Thing> {
  return eventOf('MODIFIED', name, version);
}

function deleted(name: string, version: number): WatchEvent<Thing> {
  return eventOf('DELETED', name, version);
}

function mark(version: number): WatchEvent<Thing> {
  return { type: 'BOOKMARK', resourceVersion: String(version), initialEventsEnd: true };
}

function show({ metadata }: Thing): string {
  return `${metadata?.name}@${metadata?.resourceVersion}`;
}
