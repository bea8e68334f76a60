import { X509Certificate } from 'node:crypto';

const pemBlocks = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** All certificates of a PEM text, in their order; other blocks are passed over. @throws Error where one cannot be read */
export function parseCertificates(pem: string): readonly X509Certificate[] {
  return (pem.match(pemBlocks) ?? []).map((block) => new X509Certificate(block));
}
