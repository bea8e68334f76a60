/**
 * The candidate that a person most likely meant by `name`, for "did you mean". Letter case and the
 * choice of `-`, `_` or `.` cost nothing; a swapped, wrong, missing or extra character costs one.
 * `undefined` where nothing is near enough: by default a third of the name's length, at least 1.
 */
export function nearestName(
  name: string,
  candidates: Iterable<string>,
  options: { readonly maxDistance?: number } = {},
): string | undefined {
  const wanted = fold(name);
  let limit = options.maxDistance ?? Math.max(1, Math.floor(name.length / 3));
  let nearest: string | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, fold(candidate), limit);
    if (distance === undefined) continue;
    if (nearest === undefined || distance < limit) {
      nearest = candidate;
      limit = distance;
    }
  }
  return nearest;
}

/**
 * The number of characters to insert, delete, replace or swap with their neighbor to turn `a` into
 * `b` (optimal string alignment); `undefined` where it is above `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number | undefined {
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? at(beforeLast, column - 2) + 1
          : Infinity;
      current.push(Math.min(replaced, swapped, at(last, column) + 1, at(current, column - 1) + 1));
    }
    beforeLast = last;
    last = current;
  }
  const distance = at(last, b.length);
  return distance > limit ? undefined : distance;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '-');
}
