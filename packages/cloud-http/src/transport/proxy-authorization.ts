import { Secret } from '../auth/secret.ts';

/**
 * Returns the headers that authenticate requests to a proxy. Empty if its URL contains no user name and no password.
 */
export function proxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  const pair = pairOf(proxy);
  return pair === '' ? {} : { 'proxy-authorization': `Basic ${encoded(pair)}` };
}

/** Returns the secrets of a proxy URL that error texts must not contain: the password, plain and encoded. */
export function proxySecrets(proxy: URL): readonly Secret[] {
  const pair = pairOf(proxy);
  return pair === ''
    ? []
    : [decodeURIComponent(proxy.password), pair, encoded(pair)].map((text) => new Secret(text));
}

function pairOf({ username, password }: URL): string {
  if (username === '' && password === '') return '';
  return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}

function encoded(pair: string): string {
  return Buffer.from(pair).toString('base64');
}
