import { LinkedAbort } from '@k8s-ccm/foundation';
import type { Clock } from './clock.ts';

/** A signal that aborts after a timeout or as soon as one of its parents aborts. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The timeout in milliseconds. */
  readonly ms: number;
  /** Whether the timeout expired. False if a parent aborted first. */
  readonly expired: boolean;
  /** Cancels the deadline. Must be called to remove its listeners from the parents. */
  cancel(): void;
}

/** Starts a deadline of `ms` milliseconds. */
export function startDeadline(
  clock: Clock,
  ms: number,
  parents: readonly (AbortSignal | undefined)[],
): Deadline {
  const linked = new LinkedAbort(...parents);
  let expired = false;
  const timer = clock.timer(ms, () => {
    expired = !linked.signal.aborted;
    linked.abort(new DOMException(`did not complete within ${ms} ms`, 'TimeoutError'));
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
