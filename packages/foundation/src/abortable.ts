import { onAbort } from './on-abort.ts';

/** Waits for `promise`, but no longer than until `signal` fires; then rejects with its reason. The work itself goes on. */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  const aborted = Promise.withResolvers<never>();
  const callOff = onAbort(signal, () => aborted.reject(signal.reason));
  try {
    // Also after an abort: a promise that nobody waits for would end the process when it rejects.
    return await Promise.race([aborted.promise, promise]);
  } finally {
    callOff();
  }
}
