import { onAbort } from './on-abort.ts';

/**
 * Waits until a signal aborts or, if that comes first, until one of the promises settles.
 *
 * @throws what a promise that rejects first rejects with
 */
export async function untilAborted(
  signal: AbortSignal,
  promises: readonly Promise<unknown>[] = [],
): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const callOff = onAbort(signal, aborted.resolve);
  try {
    await Promise.race([aborted.promise, ...promises]);
  } finally {
    callOff();
  }
}
