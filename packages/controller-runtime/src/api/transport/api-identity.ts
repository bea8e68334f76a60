import type { ApiRequest } from './api-request.ts';
import type { AuthHeaders } from './api-server-config.ts';
import type { CallGate } from './call-gate.ts';
import type { TokenBucket } from '../../time/token-bucket.ts';

/** In whose name a request goes out. */
export interface ApiIdentity {
  readonly userAgent: string;
  /** Every attempt takes a token; absent means no limit. */
  readonly bucket?: Pick<TokenBucket, 'wait'> | undefined;
  /** Asked right before each request's bytes leave; absent means that they always may. */
  readonly mayCall?: CallGate | undefined;
}

/** The headers of a request that goes out in this name. */
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

/** What no error may repeat of the headers that identify us: tokens, and passwords also as they are before encoding. */
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
