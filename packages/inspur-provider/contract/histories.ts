/** How many random histories a law is tried with: the environment variable `LAW_HISTORIES`, by default 1000. */
export const histories = read('LAW_HISTORIES', 1000);

/** The seed from which they come: the environment variable `LAW_SEED`, by default always the same. */
export const historySeed = read('LAW_SEED', 1);

function read(name: string, otherwise: number): number {
  const text = process.env[name] ?? String(otherwise);
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new RangeError(`${name}: expected a whole number, at least 1, got "${text}"`);
}
