import { describe, expect, it } from '@jest/globals';
import type { EventHandler } from './event-handler.ts';
import type { HandlerOptions, Informer } from './informer.ts';
import { ScopedInformer } from './scoped-informer.ts';
import { IndexedStore } from './store.ts';

/** An informer that tells whom it would call. */
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

describe('ScopedInformer', () => {
  it('shows what the informer holds, and waits as it does', async () => {
    const { informer } = fakeInformer();
    const scoped = new ScopedInformer(informer);
    expect(scoped.store).toBe(informer.store);
    expect([scoped.hasSynced, scoped.lastVersion]).toEqual([true, '7']);
    const aborted = AbortSignal.abort(new Error('no patience'));
    await expect(scoped.waitForSync(aborted)).rejects.toThrow('no patience');
  });

  it('removes its own handlers when it ends, and nobody else’s', () => {
    const { informer, handlers, options } = fakeInformer();
    const another: EventHandler<object> = {};
    informer.addHandler(another);
    {
      using scoped = new ScopedInformer(informer);
      scoped.addHandler({}, { resyncPeriodMs: 5 });
      expect(scoped.addHandler({}).hasSynced).toBe(true);
      expect(handlers.size).toBe(3);
    }
    expect([...handlers]).toEqual([another]);
    expect(options).toEqual([undefined, { resyncPeriodMs: 5 }, undefined]);
  });

  it('removes one handler when asked to, once', () => {
    const { informer, handlers } = fakeInformer();
    using scoped = new ScopedInformer(informer);
    const registration = scoped.addHandler({});
    registration.remove();
    expect(handlers.size).toBe(0);
  });

  it('takes no handler after its end', () => {
    const scoped = new ScopedInformer(fakeInformer().informer);
    scoped[Symbol.dispose]();
    expect(() => scoped.addHandler({})).toThrow('after its scope had ended');
  });
});
