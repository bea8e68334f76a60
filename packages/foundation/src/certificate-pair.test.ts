import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkedPair } from './certificate-pair.ts';
import type { CertificatePair } from './certificate-pair.ts';
import { TestAuthority } from './testing/test-authority.ts';

describe('checkedPair', () => {
  let authority: TestAuthority;
  let pair: CertificatePair;
  let other: CertificatePair;
  beforeAll(async () => {
    authority = await TestAuthority.create('ca', Date.UTC(2026, 10, 21));
    [pair, other] = await Promise.all([
      authority.issue({ commonName: 'ccm' }, { usage: 'server' }),
      authority.issue({ commonName: 'ccm' }, { usage: 'server' }),
    ]);
  });

  it('takes a certificate, with those that signed it after it, and its key', () => {
    const chain = pair.cert + authority.certificate;
    expect(checkedPair(chain, pair.key)).toEqual({ cert: chain, key: pair.key });
  });

  it.each<[string, () => CertificatePair, string]>([
    ['nothing', () => ({ cert: '', key: '' }), 'there is no certificate'],
    ['the key of another', () => ({ ...pair, key: other.key }), 'not the one of the certificate'],
    ['no key', () => ({ ...pair, key: 'secret words' }), 'the key cannot be read as PEM'],
    [
      'a chain that is cut off',
      () => ({ ...pair, cert: pair.cert + authority.certificate.slice(0, 100) }),
      'certificate number 2 (line 10) has no end',
    ],
  ])('refuses %s, and never says what the key is', (_what, make, says) => {
    const { cert, key } = make();
    expect(() => checkedPair(cert, key)).toThrow(says);
    expect(() => checkedPair(cert, key)).not.toThrow(/secret words/);
  });
});
