import { LinkedAbort } from '@k8s-ccm/foundation';
import type { Clock } from './clock.ts';

/** A signal that aborts after a time, or as soon as one of its parents does. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The time it gives, in milliseconds. */
  readonly ms: number;
  /** Whether the time is up; false where a parent was first. */
  readonly expired: boolean;
  /** Calls it off. Must be called, or its listeners on the parents stay. */
  cancel(): void;
}

/** Starts a deadline of `ms` milliseconds by this clock. */
export function startDeadline(
  clock: Clock,
  ms: number,
  parents: readonly (AbortSignal | undefined)[],
): Deadline {
  const linked = new LinkedAbort(...parents);
  let expired = false;
  const timer = clock.timer(ms, () => {
    expired = !linked.signal.aborted;
    linked.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'));
  });
  return {
    signal: linked.signal,
    ms,
    get expired() {
      return expired;
    },
    cancel: () => {
      timer.cancel();
      linked[Symbol.dispose]();
    },
  };
}
