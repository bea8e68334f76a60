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
 * Not `AbortSignal.any`: the caller's signal often lives as long as the process, and this one lets go of it at once.
 *
 * @param timeoutMs time limit in milliseconds
 * @param reason makes the error for "time is up"
 */
export function startDeadline(
  timeoutMs: number,
  reason: () => Error,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): CallDeadline {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = clock.timer(timeoutMs, () => controller.abort(reason()));
  return {
    signal: controller.signal,
    abort: (why) => controller.abort(why),
    stopClock: () => timer.cancel(),
    release: () => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
