import { brand } from './error-brand.ts';
import { parseNoProxy } from './no-proxy.ts';

/** The proxy for requests to a URL; `undefined` where they go out directly. Only scheme, host and port of the URL count. */
export type ProxyFor = (url: URL) => URL | undefined;

/** Proxies that the environment names and that cannot be used; one line of the message each. */
export class ProxyEnvironmentError extends Error {
  static {
    brand(this, 'ProxyEnvironmentError');
  }

  override readonly name = 'ProxyEnvironmentError';
  readonly code = 'PROXY_ENVIRONMENT';
}

/**
 * Reads which proxy to take from the environment, as Go's `net/http` does: `HTTPS_PROXY` for `https:`,
 * `HTTP_PROXY` for `http:`, none for this machine itself and for what `NO_PROXY` lists ({@link parseNoProxy}).
 * Each may be in lower case; where both are set, and not empty, the one in upper case counts. A proxy without
 * a scheme is an `http:` one; it may hold `user:password@`.
 *
 * @throws ProxyEnvironmentError where a proxy is no `http:` or `https:` URL
 */
export function proxyFromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxyFor {
  const problems: string[] = [];
  const read = (variable: string): URL | undefined => {
    const { name, text } = valueOf(env, variable);
    if (text === '') return undefined;
    const proxy = parseProxy(text);
    if (proxy === undefined) problems.push(describe(name, text));
    return proxy;
  };
  const http = read('HTTP_PROXY');
  const https = read('HTTPS_PROXY');
  if (problems.length > 0) throw new ProxyEnvironmentError(problems.join('\n'));
  const isDirect = parseNoProxy(valueOf(env, 'NO_PROXY').text);
  const proxies: Readonly<Record<string, URL | undefined>> = { 'http:': http, 'https:': https };
  return (url) => {
    const proxy = proxies[url.protocol];
    return proxy === undefined || isDirect(url) ? undefined : proxy;
  };
}

function valueOf(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
): { readonly name: string; readonly text: string } {
  const names = [variable, variable.toLowerCase()];
  const name = names.find((each) => (env[each] ?? '') !== '') ?? variable;
  return { name, text: env[name] ?? '' };
}

function parseProxy(text: string): URL | undefined {
  const proxy = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (proxy === null || !/^https?:$/.test(proxy.protocol)) return undefined;
  const { username, password, pathname, search, hash } = proxy;
  // A bare `/`, `?` or `#` in a password ends the host early, and the host would be a part of the secret.
  if (`${pathname}${search}${hash}`.includes('@')) return undefined;
  return isEncoded(username) && isEncoded(password) ? proxy : undefined;
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function describe(name: string, text: string): string {
  const found = text.replace(/^([a-z][a-z\d+.-]*:\/\/)?[^]*@/i, '$1[redacted]@');
  return (
    `${name}: found ${JSON.stringify(found)}; allowed: an http:// or https:// URL, such as ` +
    'http://proxy.example:3128, with name and password in front of an @, percent-encoded'
  );
}
