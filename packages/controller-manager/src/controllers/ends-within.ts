import type { Clock } from '@k8s-ccm/controller-runtime';

/**
 * Waits for `work` for a limited time, in milliseconds. Returns false if the limit has passed.
 * @throws the error of `work`
 */
export async function endsWithin(
  work: Promise<unknown>,
  limitMs: number,
  clock: Clock,
): Promise<boolean> {
  const waiting = new AbortController();
  const limit = clock.sleep(limitMs, { signal: waiting.signal }).then(() => false);
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    waiting.abort();
  }
}
