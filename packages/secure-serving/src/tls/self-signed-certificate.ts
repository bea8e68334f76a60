import { makeCertificate } from '@k8s-ccm/foundation';
import type { CertificatePair } from '@k8s-ccm/foundation';

/** What a self-signed certificate says. */
export interface SelfSignedOptions {
  /** Common name of subject and issuer. */
  readonly commonName: string;
  /** DNS names and IPv4 addresses for which it is valid. */
  readonly hosts: readonly string[];
  /** Epoch milliseconds. Valid from an hour before, for clocks that are late, for a year. */
  readonly now: number;
}

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

/** Makes a certificate that nobody but its maker vouches for: it encrypts and does not identify. */
export async function selfSignedCertificate(options: SelfSignedOptions): Promise<CertificatePair> {
  const { commonName, hosts, now } = options;
  return makeCertificate({
    subject: { commonName },
    hosts,
    usage: 'server',
    from: now - hourMs,
    to: now + yearMs,
  });
}
