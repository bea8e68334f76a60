import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import type { Clock } from '../time/clock.ts';
import type { Informer } from '../informer/informer.ts';
import type { OwnWrites } from './own-writes.ts';
import type { CallOptions } from '../api/resource-client.ts';
import type { WorkQueue } from '../queue/work-queue.ts';

/** Options of {@link CaughtUpReader}. */
export interface CaughtUpReaderOptions<T extends KubernetesObject> {
  readonly informer: Pick<Informer<T>, 'store'>;
  readonly ownWrites: OwnWrites<T>;
  /** Receives the key of an object as soon as the informer has caught up with it. */
  readonly queue: Pick<WorkQueue, 'add' | 'addAfter'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** How long to wait for the informer before reading from the API server, in milliseconds. Default: 10 000. */
  readonly patienceMs?: number;
}

/** Result of {@link CaughtUpReader.read}. */
export type CaughtUpRead<T> =
  /** The cached copy is older than the last own write. The key is added to the queue again. */
  | { readonly kind: 'behind' }
  /** The object to act on; `undefined` if it does not exist. */
  | { readonly kind: 'current'; readonly object: T | undefined };

/**
 * Reads objects for a controller's reconciles, never older than the controller's own last write. If the cached copy is
 * older, the reconcile ends and its key is added to the queue again when the informer has caught up. If that takes too
 * long, the object is read from the API server instead.
 */
export class CaughtUpReader<T extends KubernetesObject> {
  readonly #options: CaughtUpReaderOptions<T>;
  /** When the wait for each key started, in milliseconds of the monotonic clock. */
  readonly #waiting = new Map<string, number>();

  constructor(options: CaughtUpReaderOptions<T>) {
    this.#options = options;
    options.ownWrites.onCaughtUp((key) => {
      if (this.#waiting.delete(key)) options.queue.add(key);
    });
  }

  /** @throws the error of the request to the API server */
  async read(key: string, options: CallOptions = {}): Promise<CaughtUpRead<T>> {
    const { informer, ownWrites, queue, clock, patienceMs = 10_000 } = this.#options;
    if (!ownWrites.isAhead(key)) {
      this.#waiting.delete(key);
      return { kind: 'current', object: informer.store.get(key) };
    }
    const now = clock.monotonic();
    const since = this.#waiting.get(key) ?? now;
    this.#waiting.set(key, since);
    const restMs = since + patienceMs - now;
    if (restMs > 0) {
      queue.addAfter(key, restMs);
      return { kind: 'behind' };
    }
    return { kind: 'current', object: await ownWrites.newest(key, options) };
  }
}
