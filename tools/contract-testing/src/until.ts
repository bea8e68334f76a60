import { systemClock } from '@k8s-ccm/controller-runtime';

const pollMs = 10;

/**
 * Waits until `look` answers something other than `undefined` or `false`, and gives it. Throws
 * what was waited for after `limitMs`.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const deadline = systemClock.monotonic() + limitMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined && answer !== false) return answer;
    if (systemClock.monotonic() > deadline) {
      throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    }
    await systemClock.sleep(pollMs);
  }
}
