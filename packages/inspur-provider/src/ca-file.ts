import { readFileSync } from 'node:fs';

import { CloudProviderError, errorText } from '@k8s-ccm/cloud-provider';
import { parseCertificates } from '@k8s-ccm/foundation';

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
 * Reads a PEM file of certificates and checks each: TLS itself would report a bad one only at the
 * first connection, or never.
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
  if (certificatesOf(path, text).length === 0) {
    throw new CaFileError(path, 'holds no certificate in PEM form');
  }
  return text;
}

function certificatesOf(path: string, text: string): ReturnType<typeof parseCertificates> {
  try {
    return parseCertificates(text);
  } catch (error) {
    throw new CaFileError(path, `cannot be used: ${errorText(error)}`, { cause: error });
  }
}
