import { systemClock } from '@k8s-ccm/controller-runtime';

/** Waits until `condition` gives something else than false or undefined, and gives it. @throws Error after `limitMs` */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 20_000,
): Promise<T> {
  const giveUpAt = systemClock.monotonic() + limitMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (systemClock.monotonic() > giveUpAt)
      throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await systemClock.sleep(20);
  }
}
