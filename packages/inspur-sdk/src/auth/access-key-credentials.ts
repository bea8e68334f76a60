import { hash, randomUUID } from 'node:crypto';
import type { OutgoingRequest, SecretSource } from '@k8s-ccm/cloud-http';
import { currentSecret, Secret } from '@k8s-ccm/cloud-http';
import type { Credentials } from './credentials.ts';

/** Options of {@link accessKeyCredentials}: an access key pair (AK/SK). */
export interface AccessKeyCredentialsOptions {
  /** The access key ID (AK). */
  readonly id: string;
  /** The secret key (SK), or a function that returns the current one. */
  readonly secret: SecretSource;
}

/** Values that a signature covers in addition to the request. */
export interface AccessKeySigning {
  readonly id: string;
  readonly secret: Secret;
  /** Time in epoch milliseconds. */
  readonly now: number;
  /** Unique per attempt: the cloud refuses a repeated nonce. */
  readonly nonce: string;
}

/** Creates credentials that sign each request with an access key. See inspur-api.md#access-key-signature. */
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

/** Names and values of the signature headers. */
type AccessKeyHeaders = Readonly<
  Record<'x-secret-id' | 'x-sign-algorithm' | 'x-time' | 'x-random' | 'x-sign', string>
>;

/** Returns the five headers that authenticate a request. */
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
