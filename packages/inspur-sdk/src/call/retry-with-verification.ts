import type { Clock, Random } from '@k8s-ccm/cloud-http';
import { backoffMs, hasUnknownOutcome, retryAfterOf } from '@k8s-ccm/cloud-http';

/** How to do something that must not be done twice. */
export interface VerifiedWork<T> {
  /** Does it, once. */
  readonly attempt: () => Promise<T>;
  /**
   * Looks whether it is done; undefined if it surely is not. Gets what the attempt threw, to throw that again if nobody
   * can tell.
   */
  readonly look: (failed: unknown) => Promise<T | undefined>;
  /**
   * Whether a refusal of attempt number `attempt` (from 1) may mean that it is done, at least in part, for example
   * "port in use" after an attempt whose outcome is unknown. Default: none does.
   */
  readonly mayHaveSucceeded?: (error: unknown, attempt: number) => boolean;
  readonly signal?: AbortSignal;
}

/** What the waits between attempts need. */
export interface RetryContext {
  readonly clock: Clock;
  readonly random: Random;
}

/** Does {@link VerifiedWork}. */
export type RetryWithVerification = <T>(work: VerifiedWork<T>) => Promise<T>;

const maxAttempts = 3;
/** Time that a request whose answer got lost is given to take effect before one looks. */
const settle = { baseMs: 500, maxMs: 4000 };

/**
 * Does work that no idempotency key protects: where it is not known whether an attempt was carried out, looks first,
 * and repeats only what is not there. Throws the last attempt's error, or what the look threw; and the first one if the
 * cloud asks to wait for long.
 */
export function retryWithVerification({ clock, random }: RetryContext): RetryWithVerification {
  return async ({ attempt, look, mayHaveSucceeded, signal }) => {
    for (let number = 1; ; number += 1) {
      try {
        return await attempt();
      } catch (error) {
        const unknown = hasUnknownOutcome(error);
        if (!unknown && mayHaveSucceeded?.(error, number) !== true) throw error;
        const askedMs = retryAfterOf(error) ?? 0;
        // Whoever called waits without holding anything, and looks before the next try.
        if (askedMs > settle.maxMs) throw error;
        if (unknown) {
          const pauseMs = Math.max(askedMs, backoffMs(number, settle, random));
          await clock.sleep(pauseMs, signal === undefined ? {} : { signal });
        }
        const done = await look(error);
        if (done !== undefined) return done;
        if (number >= maxAttempts) throw error;
      }
    }
  };
}
