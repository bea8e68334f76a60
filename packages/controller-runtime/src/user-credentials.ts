import type { Logger } from '@k8s-ccm/cloud-provider';
import type { ApiCredentials, ApiServerTls, AuthHeaders } from './api-server-config.ts';
import type { Clock } from './clock.ts';
import { CredentialCache } from './credential-cache.ts';
import { execUser } from './exec-user.ts';
import type { KubeConfigUser } from './kube-config-file.ts';
import { pluginCredentials } from './plugin-credentials.ts';
import { resolveBeside } from './kube-config-path.ts';
import { readTokenFile } from './token-file.ts';

/** How a kubeconfig's user identifies itself, apart from the certificate files. */
export interface UserCredentials {
  readonly credentials: ApiCredentials;
  /** The certificate that a plugin gave, if any. */
  readonly pluginTls: () => Pick<ApiServerTls, 'cert' | 'key'>;
}

/** As client-go's transport; also how soon a plugin's end of validity is noticed. */
const tokenFileMaxAgeMs = 60_000;
const pluginMaxAgeMs = 30_000;

/** Options of {@link userCredentials}. */
export interface UserCredentialsOptions {
  /** Path of the kubeconfig. */
  readonly file: string;
  readonly source: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Chooses how a user identifies itself, in client-go's order: token file, token, name and password, exec plugin,
 * auth provider; with impersonation on top. A user with none of these is anonymous, or has a client certificate.
 */
export async function userCredentials(
  user: KubeConfigUser | undefined,
  options: UserCredentialsOptions,
): Promise<UserCredentials> {
  const { clock, log } = options;
  let pluginTls: Pick<ApiServerTls, 'cert' | 'key'> = {};
  const { fetch, maxAgeMs } = await authenticator(user, options, (tls) => {
    pluginTls = tls;
  });
  const impersonation = user === undefined ? {} : impersonationHeaders(user);
  return {
    credentials: new CredentialCache({
      load: async (isRefused) => ({ ...(await fetch(isRefused)), ...impersonation }),
      maxAgeMs,
      clock,
      log,
    }),
    pluginTls: () => pluginTls,
  };
}

interface Authenticator {
  readonly fetch: (isRefused: boolean) => Promise<AuthHeaders>;
  readonly maxAgeMs: number;
}

async function authenticator(
  user: KubeConfigUser | undefined,
  { file, source }: UserCredentialsOptions,
  keepTls: (tls: Pick<ApiServerTls, 'cert' | 'key'>) => void,
): Promise<Authenticator> {
  if (user?.tokenFile !== undefined) {
    const tokenFile = resolveBeside(file, user.tokenFile);
    return {
      fetch: async () => ({ authorization: `Bearer ${await readTokenFile(tokenFile, source)}` }),
      maxAgeMs: tokenFileMaxAgeMs,
    };
  }
  if (user?.token !== undefined) return fixed({ authorization: `Bearer ${user.token}` });
  if (user?.username !== undefined) {
    const pair = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
    return fixed({ authorization: `Basic ${pair}` });
  }
  const plugin = pluginUser(user, file);
  if (plugin === undefined) return fixed({});
  const run = await pluginCredentials(plugin, source);
  return {
    fetch: async (isRefused) => {
      const { headers, tls } = await run(isRefused);
      keepTls(tls);
      return headers;
    },
    maxAgeMs: pluginMaxAgeMs,
  };
}

function fixed(headers: AuthHeaders): Authenticator {
  return { fetch: async () => headers, maxAgeMs: Number.POSITIVE_INFINITY };
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
