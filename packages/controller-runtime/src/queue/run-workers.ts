import type { Logger } from '@k8s-ccm/cloud-provider';
import { withReconcileId } from './reconcile-id.ts';
import type { WorkQueue } from './work-queue.ts';

/** Options of {@link runWorkers}. */
export interface RunWorkersOptions<K extends string> {
  readonly queue: WorkQueue<K>;
  /** Number of keys that are processed concurrently; at least 1. */
  readonly concurrency: number;
  /**
   * Brings one key to its desired state. If it throws, the error is passed to `onError`; if not, the failures of the
   * key are forgotten.
   */
  readonly reconcile: (key: K, signal: AbortSignal) => Promise<void>;
  /**
   * Handles an error of `reconcile`, including requeueing. Default: logs it and adds the key rate-limited. Not called
   * for errors after the signal aborted: they result from stopping.
   */
  readonly onError?: (key: K, error: unknown) => void;
  /** Ends the work. Also passed to `reconcile`. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * Processes the keys of a queue, each with its own `reconcileId`, until the signal aborts or the queue is shut down;
 * then waits for the reconciles in flight. Shuts the queue down when the signal aborts. Never rejects because of errors
 * of `reconcile` or `onError`.
 *
 * @throws RangeError if `concurrency` is not a positive integer
 */
export async function runWorkers<K extends string>(options: RunWorkersOptions<K>): Promise<void> {
  const { queue, concurrency, signal } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency must be a positive integer, got ${concurrency}`);
  }
  const shutDown = (): void => queue.shutDown();
  signal.addEventListener('abort', shutDown, { once: true });
  if (signal.aborted) shutDown();
  try {
    await Promise.all(Array.from({ length: concurrency }, async () => await work(options)));
  } finally {
    signal.removeEventListener('abort', shutDown);
  }
}

async function work<K extends string>(options: RunWorkersOptions<K>): Promise<void> {
  const { queue, signal } = options;
  while (!signal.aborted) {
    // Without the signal: the queue is shut down when it aborts, and a key that was taken must be returned.
    const key = await queue.get();
    if (key === undefined) return;
    try {
      await withReconcileId(() => workOn(key, options));
    } finally {
      queue.done(key);
    }
  }
}

async function workOn<K extends string>(key: K, options: RunWorkersOptions<K>): Promise<void> {
  const { queue, reconcile, signal } = options;
  try {
    signal.throwIfAborted();
    await reconcile(key, signal);
    queue.forget(key);
  } catch (error) {
    if (!signal.aborted) handle(key, error, options);
  }
}

function handle<K extends string>(
  key: K,
  error: unknown,
  { queue, log, onError }: RunWorkersOptions<K>,
): void {
  try {
    if (onError !== undefined) {
      onError(key, error);
      return;
    }
    log.error('reconcile failed, retrying', { key, error, failures: queue.failures(key) + 1 });
  } catch (policyError) {
    log.error('the error handler failed, retrying', { key, error, policyError });
  }
  queue.addRateLimited(key);
}
