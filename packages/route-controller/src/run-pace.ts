import { findRetryAfter } from '@k8s-ccm/cloud-provider';
import { exponentialBackoff } from '@k8s-ccm/controller-runtime';
import type { Clock, RateLimiter } from '@k8s-ccm/controller-runtime';

/** Options of {@link RunPace}. */
export interface RunPaceOptions {
  /** Between the beginnings of two runs, at least, in milliseconds. */
  readonly windowMs: number;
  /** Longest wait for another try after a failed run, in milliseconds. */
  readonly maxRetryMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Says when the next run may begin: the first at once, then one per window (contract.md#route-triggers). */
export class RunPace implements RateLimiter {
  readonly #options: RunPaceOptions;
  readonly #backoff: RateLimiter;
  #notBefore = -Infinity;

  constructor(options: RunPaceOptions) {
    this.#options = options;
    this.#backoff = exponentialBackoff({
      baseMs: options.windowMs,
      maxMs: Math.max(options.windowMs, options.maxRetryMs),
    });
  }

  /** A run begins now. */
  begin(): void {
    this.#notBefore = this.#options.clock.monotonic() + this.#options.windowMs;
  }

  /** The run went well. */
  succeeded(key: string): void {
    this.#backoff.forget(key);
  }

  /** What kept runs from succeeding may be over: the next failure counts as the first. */
  forgive(key: string): void {
    this.#backoff.forget(key);
  }

  /** The run failed; gives how long to wait with another try, in milliseconds: what the error asks for, else longer with each failure. */
  failed(key: string, error: unknown): number {
    const backoffMs = this.#backoff.when(key);
    return Math.max(this.when(), findRetryAfter(error)?.retryAfterMs ?? backoffMs);
  }

  /** Milliseconds until a run may begin. */
  when(): number {
    return Math.max(0, this.#notBefore - this.#options.clock.monotonic());
  }

  /** Nothing: the queue says it also of a run that was only put off. */
  forget(): void {}

  failures(key: string): number {
    return this.#backoff.failures(key);
  }
}
