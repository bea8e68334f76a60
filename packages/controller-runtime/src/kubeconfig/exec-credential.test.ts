import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CertificatePair } from '@k8s-ccm/foundation';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { readExecCredential, type ExecCredential } from './exec-credential.ts';

const apiVersion = 'client.authentication.k8s.io/v1';
const now = Date.UTC(2026, 0, 1);

async function read(answer: string | object): Promise<ExecCredential> {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return await readExecCredential(Buffer.from(text), {
    apiVersion,
    now,
    refuse: (problem) => new Error(problem),
  });
}

const withStatus = (status: unknown): object => ({ apiVersion, kind: 'ExecCredential', status });

describe('readExecCredential', () => {
  let pair: CertificatePair;
  let other: CertificatePair;
  beforeAll(async () => {
    const authority = await TestAuthority.create('cluster', now);
    [pair, other] = await Promise.all([
      authority.issue({ commonName: 'one' }),
      authority.issue({ commonName: 'two' }),
    ]);
  });

  it.each([
    ['JSON', JSON.stringify(withStatus({ token: 't' }))],
    ['JSON with a byte order mark', `\uFEFF${JSON.stringify(withStatus({ token: 't' }))}\n`],
    ['YAML', `apiVersion: ${apiVersion}\nkind: ExecCredential\nstatus: { token: t }\n`],
    ['further fields', JSON.stringify({ ...withStatus({ token: 't', more: 1 }), spec: {} })],
  ])('reads a token from %s', async (_, answer) => {
    expect(await read(answer)).toEqual({ token: 't', pair: undefined, expiresAt: undefined });
  });

  it('reads a certificate with its key', async () => {
    const status = { clientCertificateData: pair.cert, clientKeyData: pair.key };
    expect(await read(withStatus(status))).toMatchObject({ token: undefined, pair });
  });

  it.each(['2026-01-01T00:10:00Z', '2026-01-01T08:10:00+08:00', '2026-01-01T00:10:00.000Z'])(
    'reads the expiration time %s',
    async (expirationTimestamp) => {
      const { expiresAt } = await read(withStatus({ token: 't', expirationTimestamp }));
      expect(expiresAt).toBe(now + 600_000);
    },
  );

  it.each<[string, string | object, string]>([
    ['nothing', '', 'it printed nothing'],
    ['blanks', ' \n\n', 'it printed nothing'],
    ['words', 'please log in', 'its answer is a text, not an ExecCredential'],
    ['a list', '[]', 'its answer is a list, not an ExecCredential'],
    [
      'broken JSON',
      '{\n"kind": [\n"s3cret"',
      'its answer is neither JSON nor YAML: line 3 has a bracket that is not closed, or lines inside of it without indentation',
    ],
    [
      'another kind',
      { ...withStatus({}), kind: 'Secret' },
      'its answer has the kind "Secret" instead of "ExecCredential"',
    ],
    ['no kind', { apiVersion }, 'its answer has no kind instead of "ExecCredential"'],
    [
      'another version',
      { ...withStatus({}), apiVersion: 'client.authentication.k8s.io/v1beta1' },
      'its answer has the apiVersion "client.authentication.k8s.io/v1beta1" instead of "client.authentication.k8s.io/v1"',
    ],
    ['no status', { apiVersion, kind: 'ExecCredential' }, 'its answer has no status'],
    ['an empty status', withStatus(null), 'its answer has no status'],
    ['a text as its status', withStatus('s3cret'), 'its answer has a text as its status'],
    [
      'neither token nor certificate',
      withStatus({ token: '' }),
      'its answer contains neither a token nor a certificate with its key',
    ],
    [
      'a number as token',
      withStatus({ token: 7 }),
      'the token in its answer is a number, not a text',
    ],
    [
      'a token of two lines',
      withStatus({ token: 's3cret\ns3cret' }),
      'the token in its answer contains blanks, line breaks or characters that are not ASCII',
    ],
    [
      'a certificate without its key',
      withStatus({ clientCertificateData: 's3cret' }),
      'its answer contains a certificate without its key',
    ],
    [
      'a key without its certificate',
      withStatus({ token: 't', clientKeyData: 's3cret' }),
      'its answer contains a key without its certificate',
    ],
    [
      'something else as certificate and key',
      withStatus({ clientCertificateData: 's3cret', clientKeyData: 's3cret' }),
      'the certificate in its answer is not usable: there is no certificate',
    ],
    [
      'a token that has expired',
      withStatus({ token: 's3cret', expirationTimestamp: '2025-12-31T23:59:50Z' }),
      'the credentials in its answer expired 10 s ago, at 2025-12-31T23:59:50.000Z',
    ],
    [
      'an expiration that is not a time',
      withStatus({ token: 's3cret', expirationTimestamp: 'tomorrow' }),
      'the expirationTimestamp in its answer is not a time like 2026-01-31T12:00:00Z',
    ],
  ])('rejects an answer with %s', async (_, answer, message) => {
    await expect(read(answer)).rejects.toThrow(new Error(message));
  });

  it('rejects the key of a different certificate', async () => {
    const status = { clientCertificateData: pair.cert, clientKeyData: other.key };
    await expect(read(withStatus(status))).rejects.toThrow(
      'the certificate in its answer is not usable: the key is not the one of the certificate',
    );
  });
});
