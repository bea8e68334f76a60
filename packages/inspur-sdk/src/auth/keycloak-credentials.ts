import type { AnswerDialect, CloudClient, SecretSource, Token } from '@k8s-ccm/cloud-http';
import { currentSecret, defaultDialect, field, int, Secret, TokenCache } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import type { Credentials } from './credentials.ts';
import { bearerSignature } from './token-credentials.ts';

/** A client of Keycloak that may act for a user. Field names are those of the cloud-config. */
export interface KeycloakCredentialsOptions {
  /** Where tokens are issued. */
  readonly url: string;
  readonly clientId: string;
  /** The client's secret, or a function that yields the current one. */
  readonly clientSecret: SecretSource;
  /** Id of the user to act for. */
  readonly requestedSubject: string;
}

const TokenAnswer = t.type({ access_token: t.string, expires_in: int }, 'token');

/** Keycloak speaks of errors as OAuth does: `{error, error_description}`. */
export const oauthDialect: AnswerDialect = {
  ...defaultDialect,
  read: (body) => ({
    apiCode: field(body, 'error', 'code'),
    message: field(body, 'error_description', 'message'),
    requestId: '',
  }),
};

/**
 * Credentials that exchange a client secret for short-lived tokens, which all calls share until shortly before their
 * end. See inspur-api.md#token-exchange.
 */
export function keycloakCredentials(options: KeycloakCredentialsOptions): Credentials {
  return {
    kind: 'keycloak',
    account: `keycloak:${options.url}|${options.requestedSubject}`,
    signer: ({ client, clock, random }) => {
      const cache = new TokenCache({ fetch: () => exchange(client, options), clock, random });
      return {
        sign: async ({ url }, { signal, now }) => {
          const token = await cache.get({ signal });
          return {
            ...bearerSignature(token.value, now),
            refused: () => cache.invalidate(token, url.host),
            accepted: () => cache.accept(token, url.host),
          };
        },
      };
    },
  };
}

async function exchange(client: CloudClient, options: KeycloakCredentialsOptions): Promise<Token> {
  const clientSecret = await currentSecret(options.clientSecret);
  const answer = await client.call({
    operation: 'ExchangeToken',
    method: 'POST',
    url: options.url,
    body: {
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: options.clientId,
        client_secret: clientSecret.reveal(),
        // Not `requested_token_type`, as the standard has it.
        request_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
        requested_subject: options.requestedSubject,
        audience: 'console',
      },
    },
    answer: TokenAnswer,
    // A token too many does no harm.
    idempotent: true,
    secrets: [clientSecret],
    secretAnswer: true,
  });
  return { value: new Secret(answer.access_token), lifetimeMs: answer.expires_in * 1000 };
}
