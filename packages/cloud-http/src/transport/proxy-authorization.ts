import { Secret } from '../auth/secret.ts';

/** The headers by which a proxy knows us; none if its URL has neither a name nor a password. */
export function proxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  const pair = pairOf(proxy);
  return pair === '' ? {} : { 'proxy-authorization': `Basic ${encoded(pair)}` };
}

/** What no error text may repeat of a proxy's URL: its password, plain and as it is sent. */
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
