import type { Logger } from '@k8s-ccm/cloud-provider';
import { isAlreadyExists, isNotFound } from '../errors/api-error-predicates.ts';
import type { ApiRequest } from './api-request.ts';
import type { ApiCredentials, AuthHeaders } from './api-server-config.ts';
import type { Clock } from '../../time/clock.ts';
import { CredentialCache } from './credential-cache.ts';

/** As upstream: an hour, of which a fifth is left when the next token is fetched. */
const tokenSeconds = 3600;
const usedShare = 0.8;
/** As upstream: a shorter life than this is taken for a clock that is wrong. */
const shortestLifeMs = 600_000;

/** Options of {@link serviceAccountCredentials}. */
export interface ServiceAccountCredentialsOptions {
  /** Sends requests as somebody who may create service accounts and their tokens. */
  readonly client: { request(request: ApiRequest): Promise<string> };
  readonly namespace: string;
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Credentials of a service account, by TokenRequest (contract.md#client-identities): a token is fetched when it is first
 * asked for, again when a fifth of its life is left, and once more when the server refuses it. An account that
 * does not exist is created. That takes `create` of `serviceaccounts/token` and, for the account, of `serviceaccounts`.
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
      // The server may refuse each token that it issues: not every refusal asks for another one.
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
      // A token too many does no harm.
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
    // Another replica was first.
    if (!isAlreadyExists(error)) throw error;
  }
}

interface TokenAnswer {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}
