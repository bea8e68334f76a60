import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { selfSignedCertificate } from './self-signed-certificate.ts';

const now = Date.UTC(2026, 10, 21, 12);
const options = { commonName: 'ccm-0', hosts: ['ccm-0', 'localhost', '127.0.0.1'], now };

describe('selfSignedCertificate', () => {
  it('is a certificate of its own key, for a year, for its hosts', async () => {
    const { cert, key } = await selfSignedCertificate(options);
    const certificate = new X509Certificate(cert);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.subject).toBe('CN=ccm-0');
    expect(certificate.issuer).toBe('CN=ccm-0');
    expect(certificate.validFromDate.toISOString()).toBe('2026-11-21T11:00:00.000Z');
    expect(certificate.validToDate.toISOString()).toBe('2027-11-21T12:00:00.000Z');
    expect(certificate.subjectAltName).toBe('DNS:ccm-0, DNS:localhost, IP Address:127.0.0.1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('has a positive serial number', async () => {
    const pairs = await Promise.all(
      Array.from({ length: 20 }, () => selfSignedCertificate(options)),
    );
    for (const { cert } of pairs) {
      expect(new X509Certificate(cert).serialNumber).toMatch(/^[4-7][\dA-F]{31}$/);
    }
  });

  it('has another serial number and key each time', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => selfSignedCertificate(options)));
    expect(new X509Certificate(one?.cert ?? '').serialNumber).not.toBe(
      new X509Certificate(other?.cert ?? '').serialNumber,
    );
    expect(one?.key).not.toBe(other?.key);
  });

  it('takes many hosts and years after 2049, which DER writes in longer forms', async () => {
    const hosts = Array.from({ length: 40 }, (_, n) => `host-${n}.example.test`);
    const { cert } = await selfSignedCertificate({ ...options, hosts, now: Date.UTC(2050, 5, 1) });
    const certificate = new X509Certificate(cert);
    expect(certificate.subjectAltName?.split(', ')).toEqual(hosts.map((host) => `DNS:${host}`));
    expect(certificate.validToDate.toISOString()).toBe('2051-06-01T00:00:00.000Z');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });
});
