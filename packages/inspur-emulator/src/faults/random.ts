/** A source of chance in [0, 1). */
export interface Random {
  /** The next number, from 0 (inclusive) to 1 (exclusive). */
  next(): number;
}

/** Makes a source that yields the same numbers for the same seed (mulberry32), so that a run can be replayed. */
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
