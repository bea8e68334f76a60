/**
 * Whether two parts of Kubernetes objects mean the same: like a deep comparison, except that
 * absent, null, an empty list, an empty map and the zero values `''`, `0` and `false` are one, as they are
 * in the API server's Go structs, which leave them out when they write JSON.
 */
export function semanticEqual(one: unknown, other: unknown): boolean {
  if (isEmpty(one) || isEmpty(other)) return isEmpty(one) && isEmpty(other);
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length && one.every((item, index) => semanticEqual(item, other[index]))
    );
  }
  if (isRecord(one) && isRecord(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => semanticEqual(one[key], other[key]));
  }
  return one === other;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) {
    return true;
  }
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every(isEmpty);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
