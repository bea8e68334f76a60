import { X509Certificate } from 'node:crypto';

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

/**
 * All certificates of a PEM text, in their order. Other blocks and what stands between the blocks are passed over.
 * @throws Error that names the number and the line of the first certificate that cannot be read
 */
export function parseCertificates(pem: string): readonly X509Certificate[] {
  const certificates: X509Certificate[] = [];
  for (let at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at + 1)) {
    const line = pem.slice(0, at).split('\n').length;
    const place = `certificate number ${certificates.length + 1} (line ${line})`;
    const [block = ''] = pem.slice(at + begin.length).split(begin);
    const length = block.indexOf(end);
    if (length < 0) throw new Error(`${place} has no end`);
    certificates.push(readCertificate(`${begin}${block.slice(0, length)}${end}`, place));
  }
  return certificates;
}

function readCertificate(block: string, place: string): X509Certificate {
  try {
    const certificate = new X509Certificate(block);
    // Some damage shows only here.
    void certificate.fingerprint256;
    return certificate;
  } catch (error) {
    throw new Error(`${place} cannot be read`, { cause: error });
  }
}
