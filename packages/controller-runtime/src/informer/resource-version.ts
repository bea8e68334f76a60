/**
 * Reports whether one resource version is later than another version of the same resource type.
 * Versions are compared as decimal integers of any length, as KEP-5504 ("comparable resource
 * version") defines. The answer is false if either of the two is not such a number.
 */
export function isNewerVersion(version: string | undefined, than: string | undefined): boolean {
  if (!isDecimal(version) || !isDecimal(than)) return false;
  return BigInt(version) > BigInt(than);
}

function isDecimal(version: string | undefined): version is string {
  return version !== undefined && /^(?:0|[1-9]\d*)$/.test(version);
}
