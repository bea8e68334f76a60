import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { commonNameOf, isVouchedFor, organizationsOf } from './client-certificate.ts';

const now = Date.UTC(2026, 10, 21);
const dayMs = 86_400_000;

async function issued(authority: TestAuthority, commonName = 'jane'): Promise<X509Certificate> {
  const { cert } = await authority.issue({ commonName });
  return new X509Certificate(cert);
}

describe('isVouchedFor', () => {
  it('finds the authority that has signed', async () => {
    const [one, other] = await Promise.all([
      TestAuthority.create('ca', now),
      TestAuthority.create('ca', now),
    ]);
    const leaf = await issued(one);
    const ofOne = new X509Certificate(one.certificate);
    const ofOther = new X509Certificate(other.certificate);
    const shown = { leaf, isVerified: true };
    expect(isVouchedFor(shown, [ofOther, ofOne], now)).toBe(true);
    expect(isVouchedFor(shown, [ofOther], now)).toBe(false);
    expect(isVouchedFor(shown, [], now)).toBe(false);
  });

  it('goes by the time at which it is asked', async () => {
    const authority = await TestAuthority.create('ca', now);
    const times = { from: now - 1000, to: now + 1000 };
    const { cert } = await authority.issue({ commonName: 'jane' }, times);
    const shown = { leaf: new X509Certificate(cert), isVerified: true };
    const authorities = [new X509Certificate(authority.certificate)];
    expect(isVouchedFor(shown, authorities, now)).toBe(true);
    expect(isVouchedFor(shown, authorities, now + 2000)).toBe(false);
    expect(isVouchedFor(shown, authorities, now - 2000)).toBe(false);
  });

  it('does not outlive the authority', async () => {
    const authority = await TestAuthority.create('ca', now);
    const { cert } = await authority.issue({ commonName: 'jane' }, { to: now + 9 * dayMs });
    const shown = { leaf: new X509Certificate(cert), isVerified: true };
    const authorities = [new X509Certificate(authority.certificate)];
    expect(isVouchedFor(shown, authorities, now + dayMs - 1000)).toBe(true);
    expect(isVouchedFor(shown, authorities, now + dayMs + 1000)).toBe(false);
  });

  it('does not know better than OpenSSL', async () => {
    const authority = await TestAuthority.create('ca', now);
    const shown = { leaf: await issued(authority), isVerified: false };
    expect(isVouchedFor(shown, [new X509Certificate(authority.certificate)], now)).toBe(false);
  });
});

describe('the subject', () => {
  it.each([
    ['jane', []],
    ['jane', ['dev']],
    ['system:node:a', ['system:nodes', 'dev']],
    // Nothing in a value becomes another attribute.
    ['a\nO=system:masters', ['b + O=system:masters', 'c, O=system:masters']],
    ['münchen', ['größe']],
  ])('of %j in %j is read as it is', async (commonName, organizations) => {
    const authority = await TestAuthority.create('ca', now);
    const { cert } = await authority.issue({ commonName, organizations });
    const certificate = new X509Certificate(cert);
    expect(commonNameOf(certificate)).toBe(commonName);
    expect(organizationsOf(certificate)).toEqual(organizations);
  });
});
