import { makeCertificate } from '@k8s-ccm/foundation';
import type { CertificatePair } from '@k8s-ccm/foundation';

/** Contents of a self-signed certificate. */
export interface SelfSignedOptions {
  /** Common name of the subject and the issuer. */
  readonly commonName: string;
  /** DNS names and IPv4 addresses that the certificate is valid for. */
  readonly hosts: readonly string[];
  /**
   * The current time in epoch milliseconds. The certificate is valid for a year, beginning an hour earlier to
   * tolerate clock skew.
   */
  readonly now: number;
}

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

/** Creates a self-signed certificate: it encrypts, but does not authenticate the server. */
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
