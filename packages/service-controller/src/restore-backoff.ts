import type { Clock } from '@k8s-ccm/controller-runtime';

/** Options of {@link RestoreBackoff}. */
export interface RestoreBackoffOptions {
  /** The delay of the second restore, in milliseconds. Each further one waits twice as long. */
  readonly baseMs: number;
  readonly maxMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface Restores {
  readonly count: number;
  /** When the last one was due, in milliseconds of the clock. */
  readonly dueAt: number;
}

/**
 * Delays of the restores of a status that another client keeps changing. The first is immediate;
 * after that they follow a backoff, so that two controllers do not fight at full speed. A Service
 * whose status stayed as it was for twice the longest delay starts from the beginning.
 */
export class RestoreBackoff {
  readonly #options: RestoreBackoffOptions;
  readonly #restores = new Map<string, Restores>();

  constructor(options: RestoreBackoffOptions) {
    this.#options = options;
  }

  /** Milliseconds until the next restore of the status of this Service. Counts it. */
  next(key: string): number {
    const { baseMs, maxMs, clock } = this.#options;
    const now = clock.monotonic();
    const last = this.#restores.get(key);
    const count = last === undefined || now - last.dueAt > 2 * maxMs ? 0 : last.count;
    const delayMs = count === 0 ? 0 : Math.min(maxMs, baseMs * 2 ** (count - 1));
    this.#restores.set(key, { count: count + 1, dueAt: now + delayMs });
    return delayMs;
  }

  forget(key: string): void {
    this.#restores.delete(key);
  }
}
