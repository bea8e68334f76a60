import { LinkedAbort } from '@k8s-ccm/foundation';
import type { Clock } from './clock.ts';

/** A signal that aborts when the caller's signal does or when the time is up, whichever comes first. */
export interface CallDeadline {
  readonly signal: AbortSignal;
  /** Aborts the call with this reason. */
  abort(reason: unknown): void;
  /** Stops the timer, but keeps following the caller's signal. */
  stopClock(): void;
  /** Releases the timer and the caller's signal. Must be called when the call has ended. */
  release(): void;
}

/**
 * Starts the deadline of one call.
 *
 * @param timeoutMs timeout in milliseconds
 * @param reason creates the error for a timeout
 */
export function startDeadline(
  timeoutMs: number,
  reason: () => Error,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): CallDeadline {
  const linked = new LinkedAbort(signal);
  const timer = clock.timer(timeoutMs, () => linked.abort(reason()));
  return {
    signal: linked.signal,
    abort: (why) => linked.abort(why),
    stopClock: () => timer.cancel(),
    release: () => {
      timer.cancel();
      linked[Symbol.dispose]();
    },
  };
}
