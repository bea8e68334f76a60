import { createPrivateKey, generateKeyPair, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';

/** A certificate and its key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** What a self-signed certificate says. */
export interface CertificateOptions {
  /** Common name of subject and issuer. */
  readonly commonName: string;
  /** DNS names and IPv4 addresses for which it is valid. */
  readonly hosts: readonly string[];
  /** Epoch milliseconds. Valid from an hour before, for clocks that are late, for a year. */
  readonly now: number;
}

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

// Object identifiers in DER, with tag and length.
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
const commonNameOid = Buffer.from('0603550403', 'hex');
const subjectAltNameOid = Buffer.from('0603551d11', 'hex');
const extendedKeyUsageOid = Buffer.from('0603551d25', 'hex');
const serverAuthOid = Buffer.from('06082b06010505070301', 'hex');

/** Makes a certificate that nobody but its maker vouches for: it encrypts and does not identify. */
export async function selfSignedCertificate(options: CertificateOptions): Promise<CertificatePair> {
  const { commonName, hosts, now } = options;
  const keys = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const name = sequence(set(sequence(commonNameOid, der(0x0c, Buffer.from(commonName)))));
  const algorithm = sequence(ecdsaWithSha256);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, positive(randomBytes(16))),
    algorithm,
    name,
    sequence(time(now - hourMs), time(now + yearMs)),
    name,
    keys.publicKey,
    der(0xa3, sequence(alternativeNames(hosts), serverUsage())),
  );
  const signature = sign('sha256', body, createPrivateKey(keys.privateKey));
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  return { cert: pem(certificate), key: keys.privateKey };
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 4
      ? der(0x87, Buffer.from(host.split('.').map(Number)))
      : der(0x82, Buffer.from(host)),
  );
  return sequence(subjectAltNameOid, der(0x04, sequence(...names)));
}

function serverUsage(): Buffer {
  return sequence(extendedKeyUsageOid, der(0x04, sequence(serverAuthOid)));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, ...parts);
}

/** Tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** First bits 01: positive, and no leading zero octet, which DER forbids. */
function positive(bytes: Buffer): Buffer {
  const [first = 0] = bytes;
  return Buffer.concat([Buffer.from([(first & 0x3f) | 0x40]), bytes.subarray(1)]);
}

/** UTCTime, `YYMMDDhhmmssZ`, which RFC 5280 wants up to the year 2049; GeneralizedTime after it. */
function time(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '')}Z`;
  return digits < '2050' ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
