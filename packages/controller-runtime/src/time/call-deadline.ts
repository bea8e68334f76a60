import { LinkedAbort } from '@k8s-ccm/foundation';
import type { Clock } from './clock.ts';

/** A signal that fires when the caller's does, or when time is up; whichever comes first. */
export interface CallDeadline {
  readonly signal: AbortSignal;
  /** Ends the call now, with this reason. */
  abort(reason: unknown): void;
  /** Stops the clock, but goes on listening to the caller. */
  stopClock(): void;
  /** Lets go of clock and caller. Must be called when the call is over. */
  release(): void;
}

/**
 * Starts the clock of one call.
 *
 * @param timeoutMs time limit in milliseconds
 * @param reason makes the error for "time is up"
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
