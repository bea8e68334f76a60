import type { AnswerDialect, CloudClient, SecretSource, Token } from '@k8s-ccm/cloud-http';
import { currentSecret, defaultDialect, field, int, Secret, TokenCache } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import type { Credentials } from './credentials.ts';
import { bearerSignature } from './token-credentials.ts';

/**
 * Options of {@link keycloakCredentials}: a Keycloak client that may act for a user. The field names are those of the
 * cloud-config.
 */
export interface KeycloakCredentialsOptions {
  /** URL of the token issuer. */
  readonly url: string;
  readonly clientId: string;
  /** Secret of the client, or a function that returns the current one. */
  readonly clientSecret: SecretSource;
  /** ID of the user to act for. */
  readonly requestedSubject: string;
}

const TokenAnswer = t.type({ access_token: t.string, expires_in: int }, 'token');

/** Error format of Keycloak, which is that of OAuth: `{error, error_description}`. */
export const oauthDialect: AnswerDialect = {
  ...defaultDialect,
  read: (body) => ({
    apiCode: field(body, 'error', 'code'),
    message: field(body, 'error_description', 'message'),
    requestId: '',
  }),
};

/**
 * Creates credentials that exchange a client secret for short-lived tokens. All calls share a token until shortly
 * before it expires. See inspur-api.md#token-exchange.
 */
export function keycloakCredentials(options: KeycloakCredentialsOptions): Credentials {
  return {
    kind: 'keycloak',
    account: `keycloak:${options.url}|${options.requestedSubject}`,
    signer: ({ client, clock, random }) => {
      let asked: Secret | undefined;
      const fetch = async (): Promise<Token> => {
        asked = await currentSecret(options.clientSecret);
        return await exchange(client, options, asked);
      };
      const cache = new TokenCache({ fetch, clock, random });
      return {
        sign: async ({ url }, { signal, now }) => {
          if (cache.isPausing && (await isRenewed(options.clientSecret, asked))) cache.endPause();
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

/** Reports whether the secret of the source differs from the last one that was sent. */
async function isRenewed(source: SecretSource, sent: Secret | undefined): Promise<boolean> {
  if (sent === undefined) return false;
  try {
    return (await currentSecret(source)).reveal() !== sent.reveal();
  } catch {
    // The next exchange reads the secret again and reports the error.
    return false;
  }
}

async function exchange(
  client: CloudClient,
  options: KeycloakCredentialsOptions,
  clientSecret: Secret,
): Promise<Token> {
  const answer = await client.call({
    operation: 'ExchangeToken',
    method: 'POST',
    url: options.url,
    body: {
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: options.clientId,
        client_secret: clientSecret.reveal(),
        // Not `requested_token_type`, as in the standard.
        request_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
        requested_subject: options.requestedSubject,
        audience: 'console',
      },
    },
    answer: TokenAnswer,
    // An additional token does no harm.
    idempotent: true,
    secrets: [clientSecret],
    secretAnswer: true,
  });
  return { value: new Secret(answer.access_token), lifetimeMs: answer.expires_in * 1000 };
}
