import { hash, randomUUID } from 'node:crypto';
import type { OutgoingRequest, SecretSource } from '@k8s-ccm/cloud-http';
import { currentSecret, Secret } from '@k8s-ccm/cloud-http';
import type { Credentials } from './credentials.ts';

/** An access key pair (AK/SK). */
export interface AccessKeyCredentialsOptions {
  /** The AccessKey ID. */
  readonly id: string;
  /** The secret key, or a function that yields the current one. */
  readonly secret: SecretSource;
}

/** What a signature covers beyond the request. */
export interface AccessKeySigning {
  readonly id: string;
  readonly secret: Secret;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Unique per attempt: the cloud refuses one it has seen. */
  readonly nonce: string;
}

/** Credentials that sign each request with an access key. See inspur-api.md#access-key-signature. */
export function accessKeyCredentials(options: AccessKeyCredentialsOptions): Credentials {
  const { id, secret: source } = options;
  return {
    kind: 'access-key',
    account: `access-key:${id}`,
    signer: () => ({
      sign: async (request, { now }) => {
        const secret = await currentSecret(source);
        const headers = accessKeyHeaders(request, { id, secret, now, nonce: randomUUID() });
        return {
          headers,
          secrets: [secret, new Secret(headers['x-sign'])],
          varying: [headers['x-time'], headers['x-random']],
        };
      },
    }),
  };
}

/** Header names and values. */
type AccessKeyHeaders = Readonly<
  Record<'x-secret-id' | 'x-sign-algorithm' | 'x-time' | 'x-random' | 'x-sign', string>
>;

/** The five headers that prove a request. */
export function accessKeyHeaders(
  request: OutgoingRequest,
  signing: AccessKeySigning,
): AccessKeyHeaders {
  const time = String(signing.now);
  const parameters = Object.entries({ ...request.query, ...request.form })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
  const full = [
    request.method,
    `${time}${signing.nonce}${signing.secret.reveal()}`,
    parameters === '' ? request.url.pathname : `${request.url.pathname}?${parameters}`,
    hash('md5', request.body ?? '', 'hex'),
  ].join('\n');
  return {
    'x-secret-id': signing.id,
    'x-sign-algorithm': 'sha256',
    'x-time': time,
    'x-random': signing.nonce,
    'x-sign': Buffer.from(hash('sha256', full, 'hex')).toString('base64'),
  };
}
