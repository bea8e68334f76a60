/** What has to happen to `actual` until it is `desired`; every item of both is in exactly one part. */
export interface KeyedDiff<Desired, Actual> {
  readonly add: readonly Desired[];
  readonly change: readonly KeyedPair<Desired, Actual>[];
  readonly keep: readonly KeyedPair<Desired, Actual>[];
  readonly remove: readonly Actual[];
}

/** A desired item and the actual one of the same key. */
export interface KeyedPair<Desired, Actual> {
  readonly desired: Desired;
  readonly actual: Actual;
}

/**
 * Compares two collections by key. Order follows the inputs. Where several actual items have one
 * key (a doubled creation), an equal one is kept, else the first is changed, and the rest are removed.
 *
 * @throws Error where two desired items have one key: that is a defect of the caller.
 */
export function keyedDiff<Desired, Actual>(
  desired: readonly Desired[],
  actual: readonly Actual[],
  keyOf: (item: Desired | Actual) => string,
  equal: (desired: Desired, actual: Actual) => boolean,
): KeyedDiff<Desired, Actual> {
  const actualByKey = Map.groupBy(actual, keyOf);
  const used = new Set<Actual>();
  const seen = new Set<string>();
  const add: Desired[] = [];
  const change: KeyedPair<Desired, Actual>[] = [];
  const keep: KeyedPair<Desired, Actual>[] = [];
  for (const item of desired) {
    const key = keyOf(item);
    if (seen.has(key)) throw new Error(`two desired items have the key "${key}"`);
    seen.add(key);
    const [first, ...others] = actualByKey.get(key) ?? [];
    if (first === undefined) {
      add.push(item);
      continue;
    }
    const same = [first, ...others].find((candidate) => equal(item, candidate));
    used.add(same ?? first);
    if (same === undefined) change.push({ desired: item, actual: first });
    else keep.push({ desired: item, actual: same });
  }
  return { add, change, keep, remove: actual.filter((item) => !used.has(item)) };
}
