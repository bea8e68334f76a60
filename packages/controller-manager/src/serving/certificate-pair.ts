import { X509Certificate, createPrivateKey } from 'node:crypto';
import { parseCertificates } from './parse-certificates.ts';

/** A certificate, with those that signed it after it, and its key; both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Takes a pair as it stands in files. @throws Error that says what is wrong with it, and never what the key is */
export function checkedPair(cert: string, key: string): CertificatePair {
  const [certificate] = parseCertificates(cert);
  if (certificate === undefined) throw new Error('there is no certificate');
  if (!certificate.checkPrivateKey(parseKey(key))) {
    throw new Error('the key is not the one of the certificate');
  }
  return { cert, key };
}

/** The names that a certificate bears, in lower case: DNS names, else its common name. */
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

function parseKey(key: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(key);
  } catch {
    // The parser's own words could quote the file.
    throw new Error('the key cannot be read as PEM');
  }
}
