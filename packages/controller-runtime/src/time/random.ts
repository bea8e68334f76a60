/** A source of random numbers, which tests can replace. */
export interface Random {
  /** Returns a number in [0, 1). */
  next(): number;
}

/** The system's random numbers: good for jitter, not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };

/** Creates reproducible random numbers: the same seed yields the same sequence (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
