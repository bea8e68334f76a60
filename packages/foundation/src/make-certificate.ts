import { createPrivateKey, generateKeyPair, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { CertificatePair } from './certificate-pair.ts';
import { bits, der, octets, positive, sequence, set, time, utf8 } from './der.ts';

/** Whom a certificate is about. */
export interface CertificateSubject {
  readonly commonName: string;
  /** Default none. */
  readonly organizations?: readonly string[];
}

/** What a certificate says. */
export interface CertificateSpec {
  readonly subject: CertificateSubject;
  /** Who signs it. Default: itself. */
  readonly issuer?: { readonly subject: CertificateSubject; readonly key: string };
  /** DNS names and IPv4 addresses for which it is valid. Default none. */
  readonly hosts?: readonly string[];
  readonly usage: 'server' | 'client' | 'authority';
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds. */
  readonly to: number;
}

// Object identifiers in DER, with tag and length.
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
const commonNameOid = Buffer.from('0603550403', 'hex');
const organizationOid = Buffer.from('060355040a', 'hex');
const subjectAltNameOid = Buffer.from('0603551d11', 'hex');
const basicConstraintsOid = Buffer.from('0603551d13', 'hex');
const extendedKeyUsageOid = Buffer.from('0603551d25', 'hex');
const serverAuthOid = Buffer.from('06082b06010505070301', 'hex');
const clientAuthOid = Buffer.from('06082b06010505070302', 'hex');

const derTrue = Buffer.from('0101ff', 'hex');

/** Makes a certificate with a new P-256 key. */
export async function makeCertificate(spec: CertificateSpec): Promise<CertificatePair> {
  const keys = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const { subject, issuer = { subject, key: keys.privateKey } } = spec;
  const algorithm = sequence(ecdsaWithSha256);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    positive(randomBytes(16)),
    algorithm,
    distinguishedName(issuer.subject),
    sequence(time(spec.from), time(spec.to)),
    distinguishedName(subject),
    keys.publicKey,
    der(0xa3, sequence(...extensions(spec))),
  );
  const signature = sign('sha256', body, createPrivateKey(issuer.key));
  const certificate = sequence(body, algorithm, bits(signature));
  return { cert: pem(certificate), key: keys.privateKey };
}

function distinguishedName({ commonName, organizations = [] }: CertificateSubject): Buffer {
  return sequence(
    ...organizations.map((organization) => attribute(organizationOid, organization)),
    attribute(commonNameOid, commonName),
  );
}

function attribute(oid: Buffer, value: string): Buffer {
  return set(sequence(oid, utf8(value)));
}

function extensions({ hosts = [], usage }: CertificateSpec): readonly Buffer[] {
  const names = hosts.length === 0 ? [] : [alternativeNames(hosts)];
  if (usage === 'authority') {
    return [...names, sequence(basicConstraintsOid, derTrue, octets(sequence(derTrue)))];
  }
  const purpose = usage === 'server' ? serverAuthOid : clientAuthOid;
  return [...names, sequence(extendedKeyUsageOid, octets(sequence(purpose)))];
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 4
      ? der(0x87, Buffer.from(host.split('.').map(Number)))
      : der(0x82, Buffer.from(host)),
  );
  return sequence(subjectAltNameOid, octets(sequence(...names)));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
