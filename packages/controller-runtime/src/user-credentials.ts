import type { ApiServerTls, AuthHeaders } from './api-server-config.ts';
import { execUser } from './exec-user.ts';
import type { KubeConfigUser } from './kube-config-file.ts';
import { pluginCredentials } from './plugin-credentials.ts';
import { resolveBeside } from './kube-config-path.ts';
import { readTokenFile } from './token-file.ts';

/** How a kubeconfig's user identifies itself, apart from the certificate files. */
export interface UserCredentials {
  /** The headers; `true` passes by what is cached further down, because the server refused it. */
  readonly fetch: (isRefused: boolean) => Promise<AuthHeaders>;
  /** How long they are used before they are fetched again, in milliseconds. */
  readonly maxAgeMs: number;
  /** The certificate that a plugin gave with the last headers, if any. */
  readonly pluginTls: () => Pick<ApiServerTls, 'cert' | 'key'>;
}

/** As client-go's transport reads a token file; as often a kubeconfig is looked at that holds the token itself. */
const fileMaxAgeMs = 60_000;
/** How soon a plugin's end of validity is noticed. */
const pluginMaxAgeMs = 30_000;

/** Options of {@link userCredentials}. */
export interface UserCredentialsOptions {
  /** Path of the kubeconfig. */
  readonly file: string;
  readonly source: string;
}

/**
 * Chooses how a user identifies itself, in client-go's order: token file, token, name and password, exec plugin,
 * auth provider; with impersonation on top. A user with none of these is anonymous, or has a client certificate.
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
    fetch: async (isRefused) => ({ ...(await own.fetch(isRefused)), ...impersonation }),
  };
}

async function ownCredentials(
  user: KubeConfigUser | undefined,
  { file, source }: UserCredentialsOptions,
): Promise<UserCredentials> {
  if (user?.tokenFile !== undefined) {
    const tokenFile = resolveBeside(file, user.tokenFile);
    return byHeaders(async () => ({
      authorization: `Bearer ${await readTokenFile(tokenFile, source)}`,
    }));
  }
  if (user?.token !== undefined) return fixed({ authorization: `Bearer ${user.token}` });
  if (user?.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return fixed({ authorization: `Basic ${pair}` });
  }
  const plugin = pluginUser(user, file);
  if (plugin === undefined) return fixed({});
  const run = await pluginCredentials(plugin, source);
  let tls: Pick<ApiServerTls, 'cert' | 'key'> = {};
  return {
    fetch: async (isRefused) => {
      const result = await run(isRefused);
      tls = result.tls;
      return result.headers;
    },
    maxAgeMs: pluginMaxAgeMs,
    pluginTls: () => tls,
  };
}

function fixed(headers: AuthHeaders): UserCredentials {
  return byHeaders(async () => headers);
}

function byHeaders(fetch: () => Promise<AuthHeaders>): UserCredentials {
  return { fetch, maxAgeMs: fileMaxAgeMs, pluginTls: () => ({}) };
}

function pluginUser(
  user: KubeConfigUser | undefined,
  file: string,
): Parameters<typeof pluginCredentials>[0] | undefined {
  if (user?.exec !== undefined) return execUser(user.exec, file);
  const provider = user?.authProvider;
  if (provider === undefined) return undefined;
  const config = provider.record('config');
  return {
    name: 'user',
    authProvider: {
      name: provider.text('name') ?? '',
      config: Object.fromEntries((config?.keys() ?? []).map((key) => [key, config?.text(key)])),
    },
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
