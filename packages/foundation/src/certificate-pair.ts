import { createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isNativeError } from 'node:util/types';
import { parseCertificates } from './parse-certificates.ts';

/** A certificate, with those that signed it after it, and its key; both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Checks a pair as it stands in files. @throws Error that says what is wrong with it, and never what the key is */
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
    throw new Error(`TLS cannot use the pair: ${messageOf(error)}`, { cause: error });
  }
}

function parseKey(key: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(key);
  } catch {
    // The parser's own words could quote the file.
    throw new Error('the key cannot be read as PEM');
  }
}

function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
