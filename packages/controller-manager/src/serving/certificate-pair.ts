import { X509Certificate, createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorText } from '@k8s-ccm/cloud-provider';
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
  const pair = { cert, key };
  refuseUnusable(pair);
  return pair;
}

/** OpenSSL is stricter than a look at the pair: a chain may be cut off, a key too small. */
function refuseUnusable(pair: CertificatePair): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new Error(`TLS cannot use the pair: ${errorText(error)}`, { cause: error });
  }
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
