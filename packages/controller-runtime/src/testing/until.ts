import { systemClock } from '../time/clock.ts';

/** Waits until `condition` returns a value other than `false` and `undefined`, and returns that value. @throws Error after `limitMs` */
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
