import type { ApiRequest } from './api-request.ts';
import type { AuthHeaders } from './api-server-config.ts';
import type { CallGate } from './call-gate.ts';
import type { TokenBucket } from '../../time/token-bucket.ts';

/** The identity under which requests are sent. */
export interface ApiIdentity {
  readonly userAgent: string;
  /** Every attempt takes a token. Absent means no limit. */
  readonly bucket?: Pick<TokenBucket, 'wait'> | undefined;
  /** Called right before the bytes of each request are sent. Absent means that every request is sent. */
  readonly mayCall?: CallGate | undefined;
}

/** Returns the headers of a request that is sent under this identity. */
export function requestHeaders(
  request: ApiRequest,
  identity: ApiIdentity,
  auth: AuthHeaders,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    accept: 'application/json',
    'user-agent': identity.userAgent,
  };
  if (request.body !== undefined)
    headers['content-type'] = request.contentType ?? 'application/json';
  for (const [name, value] of Object.entries(auth))
    headers[name] = typeof value === 'string' ? value : [...value];
  return headers;
}

/**
 * Returns the secrets in authentication headers, which errors must not repeat: tokens, and passwords also in decoded
 * form.
 */
export function authSecrets(headers: AuthHeaders): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === 'authorization' ? [value].flat().flatMap(secretsIn) : [],
  );
}

function secretsIn(authorization: string): readonly string[] {
  const [scheme = '', credentials = ''] = authorization.split(/\s+/, 2);
  if (scheme.toLowerCase() !== 'basic') return [credentials];
  const pair = Buffer.from(credentials, 'base64').toString();
  return [credentials, pair, pair.slice(pair.indexOf(':') + 1)];
}
