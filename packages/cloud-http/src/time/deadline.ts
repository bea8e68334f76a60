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
  const controller = new AbortController();
  let expired = false;
  const timer = clock.timer(ms, () => {
    expired = !controller.signal.aborted;
    controller.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'));
  });
  const links = parents.flatMap((parent) =>
    parent === undefined ? [] : [{ parent, follow: () => controller.abort(parent.reason) }],
  );
  for (const { parent, follow } of links) {
    if (parent.aborted) follow();
    parent.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: controller.signal,
    ms,
    get expired() {
      return expired;
    },
    cancel: () => {
      timer.cancel();
      for (const { parent, follow } of links) parent.removeEventListener('abort', follow);
    },
  };
}
