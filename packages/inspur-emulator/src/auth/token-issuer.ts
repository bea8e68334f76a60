import type { EncodedBody, ServiceAnswer } from '../service/service.ts';
import { encodeJson } from '../service/service.ts';
import type { Account, Caller } from './account.ts';

/** A token request. */
export interface TokenRequest {
  readonly method: string;
  /** Empty if the request has none. */
  readonly contentType: string;
  readonly body: string;
}

interface IssuedToken {
  readonly caller: Caller;
  /** Time of expiry, in epoch milliseconds. */
  readonly expiresAt: number;
}

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const requestTokenType = 'urn:ietf:params:oauth:token-type:refresh_token';

/**
 * The Keycloak server of the emulated cloud. Exchanges client credentials for bearer tokens
 * (inspur-api.md#token-exchange) and knows which tokens are valid.
 */
export class TokenIssuer {
  readonly #accounts: readonly Account[];
  readonly #now: () => number;
  readonly #tokens = new Map<string, IssuedToken>();
  #issued = 0;
  #lifetimeSeconds: number;

  /** @param now returns epoch milliseconds */
  constructor(accounts: readonly Account[], lifetimeSeconds: number, now: () => number) {
    this.#accounts = accounts;
    this.#lifetimeSeconds = lifetimeSeconds;
    this.#now = now;
  }

  /** Lifetime of tokens issued from now on, in seconds. */
  set lifetimeSeconds(seconds: number) {
    this.#lifetimeSeconds = seconds;
  }

  /** Invalidates all tokens issued so far. Static tokens remain valid. */
  expireAll(): void {
    this.#tokens.clear();
  }

  /** Returns the name of the client in a request for the call log; empty if the request names none. */
  credentialOf(request: TokenRequest): string {
    const clientId = new URLSearchParams(request.body).get('client_id') ?? '';
    return clientId === '' ? '' : `keycloak:${clientId}`;
  }

  /** Responds to a token request, as Keycloak does. */
  exchange(request: TokenRequest): ServiceAnswer {
    if (request.method !== 'POST') return refuse(405, 'invalid_request', 'method not allowed');
    const contentType = request.contentType.split(';')[0]?.trim().toLowerCase();
    if (contentType !== 'application/x-www-form-urlencoded') {
      return refuse(
        400,
        'invalid_request',
        'the content type must be application/x-www-form-urlencoded',
      );
    }
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== grantType) {
      return refuse(400, 'unsupported_grant_type', `grant_type must be ${grantType}`);
    }
    const { keycloak, userId } =
      this.#accounts.find((account) => account.keycloak.clientId === form.get('client_id')) ?? {};
    if (
      keycloak === undefined ||
      userId === undefined ||
      keycloak.clientSecret !== form.get('client_secret')
    ) {
      return refuse(401, 'invalid_client', 'unknown client_id or wrong client_secret');
    }
    if (form.get('request_token_type') !== requestTokenType) {
      return refuse(400, 'invalid_request', `request_token_type must be ${requestTokenType}`);
    }
    if (form.get('audience') !== 'console') {
      return refuse(400, 'invalid_request', 'audience must be console');
    }
    if (form.get('requested_subject') !== keycloak.requestedSubject) {
      return refuse(403, 'access_denied', 'requested_subject is not allowed for this client');
    }
    return {
      status: 200,
      body: this.#issue({ userId, credential: `keycloak:${keycloak.clientId}` }),
    };
  }

  /** Returns the caller that a bearer token represents; `undefined` if the token is unknown or expired. */
  callerOf(token: string): Caller | undefined {
    const issued = this.#tokens.get(token);
    if (issued !== undefined) return this.#now() < issued.expiresAt ? issued.caller : undefined;
    const account = this.#accounts.find((candidate) => candidate.token === token);
    return account === undefined ? undefined : { userId: account.userId, credential: 'token' };
  }

  /** Returns the body of a refusal. */
  refusal(code: string, message: string): unknown {
    return { error: code, error_description: message };
  }

  /** Encodes a body. */
  encode(body: unknown): EncodedBody {
    return encodeJson(body);
  }

  #issue(caller: Caller): unknown {
    const now = this.#now();
    for (const [token, { expiresAt }] of this.#tokens)
      if (expiresAt <= now) this.#tokens.delete(token);
    this.#issued += 1;
    const token = `emulator-token-${this.#issued}`;
    this.#tokens.set(token, { caller, expiresAt: now + this.#lifetimeSeconds * 1000 });
    return {
      access_token: token,
      expires_in: this.#lifetimeSeconds,
      refresh_expires_in: this.#lifetimeSeconds * 6,
      refresh_token: `emulator-refresh-${this.#issued}`,
      token_type: 'bearer',
      'not-before-policy': 0,
      session_state: `emulator-session-${this.#issued}`,
    };
  }
}

function refuse(status: number, error: string, description: string): ServiceAnswer {
  return { status, body: { error, error_description: description } };
}
