import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/**
 * The id of the reconcile within which this runs, the same through everything that it awaits: log
 * lines and requests carry it, so that they can be told to belong together. `undefined` outside of one.
 */
export function reconcileId(): string | undefined {
  return current.getStore();
}

/** Runs some work as one reconcile, under an id of its own. */
export async function withReconcileId<T>(work: () => Promise<T>): Promise<T> {
  return await current.run(randomUUID(), work);
}
