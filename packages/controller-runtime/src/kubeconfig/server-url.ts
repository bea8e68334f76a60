import type { FieldProblem } from './kube-config-record.ts';

const allowed = 'an http or https URL, such as https://10.0.0.1:6443';

/**
 * Returns why a text is not the URL of an API server. `undefined` if it is one. Without a scheme, kubectl calls the
 * server by http and omits all credentials, although https is intended.
 */
export function serverProblem(text: string): FieldProblem | undefined {
  if (text === '') return { found: 'nothing', allowed };
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { username, password } = new URL(text);
    if (`${username}${password}` === '') return undefined;
    return { found: 'a URL with a user or a password', allowed: `${allowed}, without a user` };
  }
  const isSecretFree = !/[?#@]/.test(text);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text) || !isSecretFree) {
    return { found: isSecretFree ? JSON.stringify(text) : 'something else', allowed };
  }
  const meant = `https://${text}`;
  return {
    found: `${JSON.stringify(text)}, which has no scheme`,
    allowed,
    ...(URL.canParse(meant) ? { suggestion: meant } : {}),
  };
}

/** Returns the URL of a server as kubectl reads it: without query, fragment and trailing slashes. */
export function serverUrl(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}
