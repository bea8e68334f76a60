import { describe, expect, it } from '@jest/globals';
import type { EventHandler } from './event-handler.ts';
import { HandlerScope } from './handler-scope.ts';
import type { HandlerOptions, Informer } from './informer.ts';
import { IndexedStore } from './store.ts';

/** An informer that records its handlers. */
function fakeInformer() {
  const handlers = new Set<EventHandler<object>>();
  const options: (HandlerOptions | undefined)[] = [];
  const informer: Informer<object> = {
    store: new IndexedStore<object>(),
    hasSynced: true,
    lastVersion: '7',
    waitForSync: async (signal) => signal.throwIfAborted(),
    addHandler: (handler, given) => {
      handlers.add(handler);
      options.push(given);
      return { hasSynced: true, remove: () => handlers.delete(handler) };
    },
  };
  return { informer, handlers, options };
}

describe('HandlerScope', () => {
  it('shows the contents and the sync state of the informer', async () => {
    const { informer } = fakeInformer();
    using scope = new HandlerScope();
    const given = scope.of(informer);
    expect(given.store).toBe(informer.store);
    expect([given.hasSynced, given.lastVersion]).toEqual([true, '7']);
    const aborted = AbortSignal.abort(new Error('no patience'));
    await expect(given.waitForSync(aborted)).rejects.toThrow('no patience');
  });

  it('removes its own handlers when it ends, and no others', () => {
    const { informer, handlers, options } = fakeInformer();
    const another: EventHandler<object> = {};
    informer.addHandler(another);
    {
      using scope = new HandlerScope();
      scope.of(informer).addHandler({}, { resyncPeriodMs: 5 });
      expect(scope.of(informer).addHandler({}).hasSynced).toBe(true);
      expect(handlers.size).toBe(3);
    }
    expect([...handlers]).toEqual([another]);
    expect(options).toEqual([undefined, { resyncPeriodMs: 5 }, undefined]);
  });

  it('removes one handler on request', () => {
    const { informer, handlers } = fakeInformer();
    using scope = new HandlerScope();
    scope.of(informer).addHandler({}).remove();
    expect(handlers.size).toBe(0);
  });

  it('accepts no handler after its end', () => {
    const scope = new HandlerScope();
    const given = scope.of(fakeInformer().informer);
    scope[Symbol.dispose]();
    expect(() => given.addHandler({})).toThrow('after its scope ended');
  });
});
