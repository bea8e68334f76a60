/** Where chance comes from, so that a test can repeat it. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** The machine's chance; good for jitter, not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
