import type { X509Certificate } from 'node:crypto';

/** The certificate that a client showed when its connection was made. */
export interface PresentedCertificate {
  readonly leaf: X509Certificate;
  /** OpenSSL found it good for a client, and a chain to an authority that was trusted for anything then. */
  readonly isVerified: boolean;
}

/**
 * Whether one of `authorities` has signed the certificate and vouches for it at this moment. OpenSSL
 * has verified it when the connection was made, against all authorities together; this finds out which
 * of them it was, and whether it still counts: authorities and certificates end while connections last.
 * What a client sent along is not looked at, as Node does not hand it to servers.
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

/** The common name in the certificate's subject: the last one; '' where there is none. */
export function commonNameOf(certificate: X509Certificate): string {
  return valuesOf(certificate, 'CN').at(-1) ?? '';
}

/** The organizations in the certificate's subject. */
export function organizationsOf(certificate: X509Certificate): readonly string[] {
  return valuesOf(certificate, 'O');
}

// The object form, and not the text: there a value could hold what looks like another attribute.
function valuesOf(certificate: X509Certificate, attribute: 'CN' | 'O'): readonly string[] {
  const value: string | readonly string[] | undefined =
    certificate.toLegacyObject().subject[attribute];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
