import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node';
import type { ApiServerTls, AuthHeaders } from './api-server-config.ts';
import { messageOf } from './error-facts.ts';
import { KubeConfigError } from './kube-config-error.ts';

/** What a credential plugin yields. */
export interface PluginResult {
  readonly headers: AuthHeaders;
  /** Client certificate and key, where the plugin gives them instead of a token. */
  readonly tls: Pick<ApiServerTls, 'cert' | 'key'>;
}

/**
 * Runs exec plugins and older auth providers through client-node, which caches what they yield until it expires.
 *
 * @returns a function that yields the credentials; `true` passes by client-node's cache
 */
export async function pluginCredentials(
  user: User,
  source: string,
): Promise<(isRefused: boolean) => Promise<PluginResult>> {
  const { KubeConfig } = await import('./client-node.ts');
  const fresh = (): InstanceType<typeof KubeConfig> => {
    const config = new KubeConfig();
    // Only the user matters; client-node never connects.
    config.loadFromClusterAndUser(
      { name: 'cluster', server: 'https://localhost', skipTLSVerify: false },
      user,
    );
    return config;
  };
  let config = fresh();
  return async (isRefused) => {
    // client-node keeps a token until its end, whatever the server says; a new KubeConfig knows none.
    if (isRefused) config = fresh();
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (error) {
      const name = user.exec?.command ?? user.authProvider?.name ?? 'unknown';
      const start = `credential plugin "${name}" failed:`;
      // Without the error itself, which quotes what was printed: that may be the credential.
      if (isSyntaxError(error)) throw new KubeConfigError(source, `${start} it printed no JSON`);
      const message = messageOf(error).trim().slice(0, 500);
      throw new KubeConfigError(source, `${start} ${message}`, { cause: error });
    }
    return {
      headers: authHeaders(options.headers),
      tls: { ...pem('cert', options.cert), ...pem('key', options.key) },
    };
  };
}

function isSyntaxError(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'SyntaxError'
  );
}

function authHeaders(headers: RequestOptions['headers']): AuthHeaders {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value === 'string') found[name.toLowerCase()] = value;
  }
  return found;
}

function pem(name: 'cert' | 'key', value: unknown): Pick<ApiServerTls, 'cert' | 'key'> {
  return typeof value === 'string' || Buffer.isBuffer(value) ? { [name]: value } : {};
}
