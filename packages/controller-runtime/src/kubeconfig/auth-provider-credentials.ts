import type { RequestOptions } from 'node:https';
import { parseCertificates } from '@k8s-ccm/foundation';
import type { AuthHeaders } from '../api/transport/api-server-config.ts';
import { messageOf } from '../api/errors/error-facts.ts';
import type { KubeConfigRecord } from './kube-config-record.ts';

/** Configuration of kubectl's `oidc` auth provider. */
const oidcKeys: readonly string[] = [
  'client-id',
  'client-secret',
  'id-token',
  'refresh-token',
  'idp-issuer-url',
  'idp-certificate-authority',
  'idp-certificate-authority-data',
  'extra-scopes',
];

/**
 * Returns the credentials of an auth provider, the older form of plugins. As in kubectl, only `oidc` is supported.
 * client-node refreshes its token; it receives decoded values and parses nothing.
 * @returns a function that returns the headers; with `true`, it bypasses client-node's cache
 * @throws KubeConfigError
 */
export async function authProviderCredentials(
  record: KubeConfigRecord,
): Promise<(isRefused: boolean) => Promise<AuthHeaders>> {
  const name = record.text('name');
  if (name !== 'oidc') {
    const found = name === undefined ? {} : { found: JSON.stringify(name) };
    throw record.refuse('name', {
      ...found,
      allowed: 'oidc; for other providers, use an exec plugin in "exec"',
    });
  }
  const config = oidcConfig(record);
  // Loaded lazily: client-node takes 13 MB and a third of a second.
  const { KubeConfig } = await import('./client-node.ts');
  const fresh = (): InstanceType<typeof KubeConfig> => {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromOptions({
      clusters: [{ name: 'cluster', server: 'https://localhost', skipTLSVerify: false }],
      users: [{ name: 'user', authProvider: { name, config: { ...config } } }],
      contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
      currentContext: 'context',
    });
    return kubeConfig;
  };
  let kubeConfig = fresh();
  return async (isRefused) => {
    // client-node keeps a token until it expires, whatever the server says. A new KubeConfig has no token.
    if (isRefused) kubeConfig = fresh();
    const options: RequestOptions = {};
    try {
      await kubeConfig.applyToHTTPSOptions(options);
    } catch (error) {
      // Without the error itself, which may quote a token.
      const problem = isSyntaxError(error) ? 'its id-token is not a JWT' : messageOf(error).trim();
      throw record.error('name', `the provider "${name}" failed: ${problem.slice(0, 500)}`);
    }
    const authorization = authorizationOf(options.headers);
    if (authorization !== undefined) return { authorization };
    throw record.error(
      'config',
      `the provider "${name}" returned no token; allowed: an id-token, and a refresh-token with client-id and idp-issuer-url to renew it`,
    );
  };
}

function oidcConfig(record: KubeConfigRecord): Readonly<Record<string, string>> {
  const config = record.record('config');
  const authority = config?.base64('idp-certificate-authority-data');
  if (config !== undefined && authority !== undefined) {
    checkAuthority(config, authority);
  }
  return Object.fromEntries(
    oidcKeys.flatMap((key) => {
      const value = config?.text(key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function checkAuthority(config: KubeConfigRecord, pem: string): void {
  const field = 'idp-certificate-authority-data';
  let count: number;
  try {
    count = parseCertificates(pem).length;
  } catch (error) {
    throw config.error(field, messageOf(error), { cause: error });
  }
  if (count === 0) throw config.error(field, 'it contains no certificate in PEM form');
}

function isSyntaxError(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'SyntaxError'
  );
}

function authorizationOf(headers: RequestOptions['headers']): string | undefined {
  const found = Object.entries(headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'authorization',
  );
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}
