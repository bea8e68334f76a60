import { X509Certificate } from 'node:crypto';
import type { CertificatePair } from '@k8s-ccm/foundation';

/** Returns the names in a certificate, in lower case: its DNS names, or its common name if it has none. */
export function namesOf({ cert }: CertificatePair): readonly string[] {
  const certificate = new X509Certificate(cert);
  const entries = certificate.subjectAltName?.split(', ') ?? [];
  const names = entries
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice('DNS:'.length).toLowerCase());
  if (names.length > 0) return names;
  const { CN: commonName } = certificate.toLegacyObject().subject;
  return typeof commonName === 'string' ? [commonName.toLowerCase()] : [];
}
