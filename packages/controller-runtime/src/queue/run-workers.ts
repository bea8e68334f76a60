import type { Logger } from '@k8s-ccm/cloud-provider';
import { withReconcileId } from './reconcile-id.ts';
import type { WorkQueue } from './work-queue.ts';

/** Options of {@link runWorkers}. */
export interface RunWorkersOptions<K extends string> {
  readonly queue: WorkQueue<K>;
  /** Keys worked on at once; at least 1. */
  readonly concurrency: number;
  /** Brings one key to its desired state. What it throws goes to `onError`; where it does not throw, the key's failures are forgotten. */
  readonly reconcile: (key: K, signal: AbortSignal) => Promise<void>;
  /**
   * What to do about an error of `reconcile`, requeueing included. Default: log it and add the key rate-limited.
   * Not called for errors after the signal fired: they are the end of the work, not its failure.
   */
  readonly onError?: (key: K, error: unknown) => void;
  /** Ends the work; also given to `reconcile`. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * Works through the queue, each key under a `reconcileId` of its own, until the signal fires or the queue is shut down, then waits for what is in flight.
 * Shuts the queue down as the signal fires. Never rejects for what `reconcile` or `onError` throw.
 *
 * @throws RangeError where `concurrency` is not a positive integer: nothing would ever be done
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
    // Without the signal: the queue is shut down when it fires, and a key that was taken must be given back.
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
    log.error('reconcile failed, trying again', { key, error, failures: queue.failures(key) + 1 });
  } catch (policyError) {
    log.error('the error policy failed, trying again', { key, error, policyError });
  }
  queue.addRateLimited(key);
}
