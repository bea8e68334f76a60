/** The environment variable that makes tests try more. */
const testEffortVariable = 'TEST_EFFORT';

/**
 * How many random inputs, or steps, a test tries: `count` times the environment variable `TEST_EFFORT`, which is 1 by
 * default and larger in the long tests. @throws RangeError for a value that is not a whole number of at least 1
 */
export function runs(
  count: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const text = env[testEffortVariable] ?? '1';
  const effort = Number(text);
  if (Number.isSafeInteger(effort) && effort >= 1) return count * effort;
  throw new RangeError(
    `${testEffortVariable}: expected a whole number of at least 1, got "${text}"`,
  );
}
