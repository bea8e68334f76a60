import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 50;

/**
 * Waits until `look` neither throws nor answers `undefined` or `false`, and gives its answer.
 * After `limitMs` it throws what the last look said, so that a failed test tells what was there.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 50_000,
): Promise<T> {
  const deadline = process.hrtime.bigint() + BigInt(limitMs) * 1_000_000n;
  let last: unknown;
  for (;;) {
    try {
      const answer = await look();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (process.hrtime.bigint() > deadline) {
      throw new Error(`waited ${limitMs} ms in vain until ${what}`, { cause: last });
    }
    await pause(pollMs);
  }
}
