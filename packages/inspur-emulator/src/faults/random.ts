/** Source of random numbers. */
export interface Random {
  /** Returns a number in [0, 1). */
  next(): number;
}

/** Creates a source that returns the same numbers for the same seed (mulberry32), so that a run can be replayed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
