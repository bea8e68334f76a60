/**
 * Whether one resource version of an object is later than another of the same object. Versions are
 * decimal numbers of any length (Kubernetes API conventions, "resource versions"); where one is
 * not, the answer is false.
 */
export function isNewerVersion(version: string | undefined, than: string | undefined): boolean {
  if (!isDecimal(version) || !isDecimal(than)) return false;
  return BigInt(version) > BigInt(than);
}

function isDecimal(version: string | undefined): version is string {
  return version !== undefined && /^\d+$/.test(version);
}
