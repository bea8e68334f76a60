import type { AuthHeaders } from './api-server-config.ts';

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
