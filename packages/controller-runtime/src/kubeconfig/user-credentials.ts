import type { ApiServerTls, AuthHeaders } from '../api/transport/api-server-config.ts';
import type { Clock } from '../time/clock.ts';
import type { LoadedCredentials } from '../api/transport/credential-cache.ts';
import { authProviderCredentials } from './auth-provider-credentials.ts';
import { ExecPlugin, type ExecCluster } from './exec-plugin.ts';
import type { KubeConfigUser } from './kube-config-user.ts';
import { readTokenFile } from './token-file.ts';

/** Credentials of a kubeconfig's user, except the certificates of the file. */
export interface UserCredentials {
  /**
   * Returns the headers and how long they are used. With `true`, bypasses caches further down, because the server
   * refused the last headers.
   */
  readonly fetch: (isRefused: boolean) => Promise<LoadedCredentials>;
  /** Returns the certificate that a plugin provided with the last headers, if any. */
  readonly pluginTls: () => Pick<ApiServerTls, 'cert' | 'key'>;
}

/** As client-go's transport reads a token file. A kubeconfig that contains the token itself is checked as often. */
const fileMaxAgeMs = 60_000;
/** How soon a different plugin in the kubeconfig is noticed. */
const pluginMaxAgeMs = 30_000;

/** Options of {@link userCredentials}. */
export interface UserCredentialsOptions {
  /** Information about the cluster for an exec plugin that requests it. */
  readonly cluster: () => Promise<ExecCluster>;
  readonly clock: Clock;
  /** The environment of exec plugins. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Selects the credentials of a user, in client-go's order: token file, token, user name and password, exec plugin, auth
 * provider; impersonation is added to any of them. If the user has a client certificate, plugins are not run.
 * @throws KubeConfigError
 */
export async function userCredentials(
  user: KubeConfigUser | undefined,
  options: UserCredentialsOptions,
): Promise<UserCredentials> {
  const own = await ownCredentials(user, options);
  if (user === undefined) return own;
  const impersonation = impersonationHeaders(user);
  return {
    ...own,
    fetch: async (isRefused) => {
      const loaded = await own.fetch(isRefused);
      return { ...loaded, headers: { ...loaded.headers, ...impersonation } };
    },
  };
}

/** Credentials for a server that is called without TLS: none, as in kubectl. */
export const noCredentials: UserCredentials = byHeaders(async () => ({}));

async function ownCredentials(
  user: KubeConfigUser | undefined,
  options: UserCredentialsOptions,
): Promise<UserCredentials> {
  if (user?.tokenFile !== undefined) {
    const { tokenFile, record } = user;
    return byHeaders(async () => ({
      authorization: `Bearer ${await readTokenFile(tokenFile, (text, cause) => record.error('tokenFile', text, cause))}`,
    }));
  }
  if (user?.token !== undefined) return fixed({ authorization: `Bearer ${user.token}` });
  if (user?.username !== undefined || user?.password !== undefined) {
    const { username = '', password = '' } = user;
    const pair = Buffer.from(`${username}:${password}`).toString('base64');
    return fixed({ authorization: `Basic ${pair}` });
  }
  const hasCertificate = user?.cert !== undefined || user?.certFile !== undefined;
  if (user === undefined || hasCertificate) return fixed({});
  if (user.exec !== undefined)
    return byPlugin(new ExecPlugin({ config: user.exec, ...options }), options.clock);
  if (user.authProvider === undefined) return fixed({});
  const headers = await authProviderCredentials(user.authProvider);
  return byHeaders(headers, pluginMaxAgeMs);
}

function byPlugin(plugin: ExecPlugin, clock: Clock): UserCredentials {
  return {
    fetch: async (isRefused) => {
      const { token, expiresAt = Number.POSITIVE_INFINITY } = await plugin.credential(isRefused);
      return {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        maxAgeMs: Math.min(pluginMaxAgeMs, expiresAt - clock.now()),
      };
    },
    pluginTls: () => plugin.current?.pair ?? {},
  };
}

function fixed(headers: AuthHeaders): UserCredentials {
  return byHeaders(async () => headers);
}

function byHeaders(
  fetch: (isRefused: boolean) => Promise<AuthHeaders>,
  maxAgeMs: number = fileMaxAgeMs,
): UserCredentials {
  return {
    fetch: async (isRefused) => ({ headers: await fetch(isRefused), maxAgeMs }),
    pluginTls: () => ({}),
  };
}

function impersonationHeaders({ as, asUid, asGroups, asUserExtra }: KubeConfigUser): AuthHeaders {
  return {
    ...(as === undefined ? {} : { 'impersonate-user': as }),
    ...(asUid === undefined ? {} : { 'impersonate-uid': asUid }),
    ...(asGroups.length === 0 ? {} : { 'impersonate-group': asGroups }),
    ...Object.fromEntries(
      Object.entries(asUserExtra).map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key)}`,
        values,
      ]),
    ),
  };
}
