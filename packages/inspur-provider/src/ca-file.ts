import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { CloudProviderError, errorText } from '@k8s-ccm/cloud-provider';

/** A file that should hold certificates of authorities does not. */
export class CaFileError extends CloudProviderError {
  override readonly name = 'CaFileError';
  override readonly code = 'CA_FILE';
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`tls.caFile "${path}" ${problem}`, options);
    this.path = path;
  }
}

/**
 * Reads a PEM file of certificates, and looks at each: TLS itself would only say so at the first
 * connection, or never.
 *
 * @throws CaFileError
 */
export function readCaFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CaFileError(path, `cannot be read: ${errorText(error)}`, { cause: error });
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs);
  if (certificates === null) throw new CaFileError(path, 'holds no certificate in PEM form');
  for (const [index, certificate] of certificates.entries()) {
    try {
      void new X509Certificate(certificate).fingerprint256;
    } catch (error) {
      throw new CaFileError(path, `has a certificate, number ${index + 1}, that cannot be read`, {
        cause: error,
      });
    }
  }
  return text;
}
