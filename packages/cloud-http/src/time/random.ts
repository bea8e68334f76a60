/** Source of randomness, which tests can control. */
export interface Random {
  /** Returns a number in [0, 1). */
  next(): number;
}

/** The random number generator of the runtime. Suitable for jitter, not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
