import type { Clock, Random } from '@k8s-ccm/cloud-http';
import { backoffMs, hasUnknownOutcome, retryAfterOf } from '@k8s-ccm/cloud-http';

/** An operation that must not be carried out twice. */
export interface VerifiedWork<T> {
  /** Makes one attempt. */
  readonly attempt: () => Promise<T>;
  /**
   * Verifies whether the operation was carried out. Returns its result, or `undefined` if it certainly was not. If this
   * cannot be determined, throws `failed`, the error of the attempt.
   */
  readonly verify: (failed: unknown) => Promise<T | undefined>;
  /**
   * Reports whether the operation may have been carried out, at least in part, although attempt number `attempt`
   * (starting from 1) was refused. An example is "port in use" after an attempt with an unknown outcome. Default:
   * never.
   */
  readonly mayHaveSucceeded?: (error: unknown, attempt: number) => boolean;
  readonly signal?: AbortSignal;
}

/** Dependencies of {@link retryWithVerification}. */
export interface RetryContext {
  readonly clock: Clock;
  readonly random: Random;
}

/** Carries out {@link VerifiedWork}. */
export type RetryWithVerification = <T>(work: VerifiedWork<T>) => Promise<T>;

const maxAttempts = 3;
/** Delay before the verification, in which a request whose response was lost can take effect. */
const settle = { baseMs: 500, maxMs: 4000 };

/**
 * Returns a function that carries out operations without an idempotency key. If the outcome of an attempt is unknown,
 * it verifies the result before it retries. Throws the error of the last attempt or of the verification. If the cloud
 * requests a long wait, throws the error immediately.
 */
export function retryWithVerification({ clock, random }: RetryContext): RetryWithVerification {
  return async ({ attempt, verify, mayHaveSucceeded, signal }) => {
    for (let number = 1; ; number += 1) {
      try {
        return await attempt();
      } catch (error) {
        const unknown = hasUnknownOutcome(error);
        if (!unknown && mayHaveSucceeded?.(error, number) !== true) throw error;
        const askedMs = retryAfterOf(error) ?? 0;
        // The caller can wait without holding resources, and the next try verifies first.
        if (askedMs > settle.maxMs) throw error;
        if (unknown) {
          const pauseMs = Math.max(askedMs, backoffMs(number, settle, random));
          await clock.sleep(pauseMs, signal === undefined ? {} : { signal });
        }
        const done = await verify(error);
        if (done !== undefined) return done;
        if (number >= maxAttempts) throw error;
      }
    }
  };
}
