import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseCertificates } from './parse-certificates.ts';
import { TestAuthority } from './testing/test-authority.ts';

describe('parseCertificates', () => {
  let one: TestAuthority;
  let two: TestAuthority;
  beforeAll(async () => {
    const now = Date.UTC(2026, 10, 21);
    [one, two] = await Promise.all([
      TestAuthority.create('one', now),
      TestAuthority.create('two', now),
    ]);
  });

  it('reads all certificates, and passes over what else stands in the text', () => {
    const text = `# ours\n${one.certificate}\n${one.pair.key}\nmore words\n${two.certificate}`;
    expect(parseCertificates(text).map(({ subject }) => subject)).toEqual(['CN=one', 'CN=two']);
  });

  it('reads certificates with the line ends of Windows', () => {
    expect(parseCertificates(one.certificate.replaceAll('\n', '\r\n'))).toHaveLength(1);
  });

  it.each(['', 'hello', '-----BEGIN CERTIFICATE REQUEST-----\n'])('finds none in %j', (text) => {
    expect(parseCertificates(text)).toEqual([]);
  });

  it('names the certificate that cannot be read, and its line', () => {
    const damaged = two.certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
    const line = one.certificate.trimEnd().split('\n').length + 1;
    expect(() => parseCertificates(`${one.certificate}${damaged}`)).toThrow(
      `certificate number 2 (line ${line}) cannot be read`,
    );
  });

  it('names the certificate that is cut off, also if another one follows', () => {
    const half = one.certificate.slice(0, 100);
    expect(() => parseCertificates(half)).toThrow('certificate number 1 (line 1) has no end');
    expect(() => parseCertificates(`${half}\n${two.certificate}`)).toThrow(
      'certificate number 1 (line 1) has no end',
    );
  });
});
