/** Counts things by their names, most frequent first, then by name. */
export type Counts = Readonly<Record<string, number>>;

/** Counts items by the name that each one has; an item without one is left out. */
export function countBy<T>(items: Iterable<T>, nameOf: (item: T) => string | undefined): Counts {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}

/** The sum of all counts. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
