import type { X509Certificate } from 'node:crypto';

/** The certificate that a client presented in the TLS handshake. */
export interface PresentedCertificate {
  readonly leaf: X509Certificate;
  /** True if OpenSSL verified it as a client certificate, with a chain to an authority that was trusted then. */
  readonly isVerified: boolean;
}

/**
 * Returns true if one of `authorities` has signed the certificate and both are currently valid. OpenSSL verifies
 * the certificate in the handshake against all authorities together. This function finds the authority, and
 * checks it again because authorities and certificates can expire while a connection lasts. Intermediate
 * certificates from the client are not considered, because Node.js does not expose them to servers.
 */
export function isVouchedFor(
  { leaf, isVerified }: PresentedCertificate,
  authorities: readonly X509Certificate[],
  now: number,
): boolean {
  if (!isVerified || !isCurrent(leaf, now)) return false;
  return authorities.some(
    (authority) =>
      isCurrent(authority, now) && leaf.checkIssued(authority) && leaf.verify(authority.publicKey),
  );
}

function isCurrent({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
}

/** Returns the last common name in the subject of the certificate, or '' if it has none. */
export function commonNameOf(certificate: X509Certificate): string {
  return valuesOf(certificate, 'CN').at(-1) ?? '';
}

/** Returns the organizations in the subject of the certificate. */
export function organizationsOf(certificate: X509Certificate): readonly string[] {
  return valuesOf(certificate, 'O');
}

// The object form is used because in the text form a value can contain what looks like another attribute.
function valuesOf(certificate: X509Certificate, attribute: 'CN' | 'O'): readonly string[] {
  const value: string | readonly string[] | undefined =
    certificate.toLegacyObject().subject[attribute];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
