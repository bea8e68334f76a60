import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/**
 * Returns the id of the current reconcile, which stays the same in everything that the reconcile awaits. Log lines and
 * requests carry it, so that they can be correlated. `undefined` outside a reconcile.
 */
export function reconcileId(): string | undefined {
  return current.getStore();
}

/** Runs work as one reconcile, with its own id. */
export async function withReconcileId<T>(work: () => Promise<T>): Promise<T> {
  return await current.run(randomUUID(), work);
}
