import type { Logger } from '@k8s-ccm/cloud-provider';
import { isAlreadyExists, isNotFound } from '../errors/api-error-predicates.ts';
import type { ApiRequest } from './api-request.ts';
import type { ApiCredentials, AuthHeaders } from './api-server-config.ts';
import type { Clock } from '../../time/clock.ts';
import { CredentialCache } from './credential-cache.ts';

/** As upstream: a token lives for one hour; the next one is fetched when a fifth of the lifetime is left. */
const tokenSeconds = 3600;
const usedShare = 0.8;
/** As upstream: a shorter lifetime indicates a wrong clock. */
const shortestLifeMs = 600_000;

/** Options of {@link serviceAccountCredentials}. */
export interface ServiceAccountCredentialsOptions {
  /** Sends requests as a user that may create service accounts and their tokens. */
  readonly client: { request(request: ApiRequest): Promise<string> };
  readonly namespace: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Credentials of a service account, by TokenRequest (contract.md#client-identities). A token is fetched when it is
 * first requested, when a fifth of its lifetime is left, and once more when the server refuses it. If the service
 * account does not exist, it is created. Requires the `create` verb on `serviceaccounts/token` and, to create the
 * account, on `serviceaccounts`.
 */
export function serviceAccountCredentials(
  options: ServiceAccountCredentialsOptions,
): ApiCredentials {
  const { clock, log, namespace, name } = options;
  const account = `${namespace}/${name}`;
  const fetch = async (): Promise<Token> => {
    try {
      return await fetchToken(options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    await createAccount(options);
    log.info('service account created', { serviceAccount: account });
    return await fetchToken(options);
  };
  let token: Token | undefined;
  return new CredentialCache({
    load: async (isRefused) => {
      const now = clock.monotonic();
      // The server may refuse every token that it issues, so not every refusal requests another one.
      if (isRefused || token === undefined || now >= token.usedUntil) token = await fetch();
      const { headers, usedUntil } = token;
      return { headers, maxAgeMs: usedUntil - clock.monotonic() };
    },
    clock,
    log: log.child({ serviceAccount: account }),
  });
}

async function fetchToken({
  client,
  clock,
  namespace,
  name,
}: ServiceAccountCredentialsOptions): Promise<Token> {
  const answer: TokenAnswer = JSON.parse(
    await client.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: tokenSeconds },
      },
      // One token too many does no harm.
      repeatable: true,
    }),
  );
  const { token, expirationTimestamp } = answer.status;
  const left = Date.parse(expirationTimestamp) - clock.now();
  const lifeMs = Math.max(shortestLifeMs, Math.min(left, tokenSeconds * 1000));
  const usedUntil = clock.monotonic() + lifeMs * usedShare;
  return { headers: { authorization: `Bearer ${token}` }, usedUntil };
}

interface Token {
  readonly headers: AuthHeaders;
  /** By the clock's monotonic time. */
  readonly usedUntil: number;
}

async function createAccount({
  client,
  namespace,
  name,
}: ServiceAccountCredentialsOptions): Promise<void> {
  try {
    await client.request({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    });
  } catch (error) {
    // Another replica created it first.
    if (!isAlreadyExists(error)) throw error;
  }
}

interface TokenAnswer {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}
