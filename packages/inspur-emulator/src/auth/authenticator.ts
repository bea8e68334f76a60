import type { Account, Caller } from './account.ts';
import { requestSignature, signAlgorithms } from './request-signature.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** The parts of a request that authenticate it. */
export interface AuthenticatedRequest {
  readonly method: string;
  /** Absolute path as sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Headers by lowercase name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Result of authenticating a request: the caller, or the reason for the refusal. */
export type Authentication =
  Caller | { readonly userId?: undefined; readonly credential: string; readonly reason: string };

const rfc1123 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Authenticates requests by bearer token and `Date`, or by AK/SK signature with a nonce that was not used before
 * (inspur-api.md#authentication).
 */
export class Authenticator {
  readonly #accounts: readonly Account[];
  readonly #tokens: TokenIssuer;
  readonly #toleranceMs: number;
  readonly #now: () => number;
  // Time at which each nonce may be forgotten, in order of arrival.
  readonly #nonces = new Map<string, number>();

  /**
   * @param toleranceMs maximum deviation of `Date` and `x-time` from the clock
   * @param now returns epoch milliseconds
   */
  constructor(
    accounts: readonly Account[],
    tokens: TokenIssuer,
    toleranceMs: number,
    now: () => number,
  ) {
    this.#accounts = accounts;
    this.#tokens = tokens;
    this.#toleranceMs = toleranceMs;
    this.#now = now;
  }

  /** Authenticates a request. Uses up the nonce of its signature. */
  authenticate(request: AuthenticatedRequest): Authentication {
    const accessKeyId = request.headers['x-secret-id'];
    if (accessKeyId !== undefined) return this.#bySignature(accessKeyId, request);
    const { authorization, date } = request.headers;
    if (authorization === undefined)
      return refused('', 'neither Authorization nor x-secret-id is set');
    if (!authorization.startsWith('Bearer '))
      return refused('', 'Authorization must be "Bearer <token>"');
    const caller = this.#tokens.callerOf(authorization.slice('Bearer '.length));
    if (caller === undefined) return refused('', 'the token is unknown or has expired');
    if (date === undefined) return refused(caller.credential, 'Date is missing');
    if (!rfc1123.test(date))
      return refused(caller.credential, 'Date must have the format of RFC 1123, in GMT');
    if (!this.#isNear(Date.parse(date)))
      return refused(caller.credential, `Date ${date} deviates too much from the current time`);
    return caller;
  }

  #bySignature(id: string, request: AuthenticatedRequest): Authentication {
    const account = this.#accounts.find((candidate) => candidate.accessKey.id === id);
    if (account === undefined) return refused('', `x-secret-id: access key ${id} does not exist`);
    const credential = `accessKey:${id}`;
    const { headers } = request;
    const algorithm = headers['x-sign-algorithm'] ?? '';
    if (!signAlgorithms.includes(algorithm)) {
      return refused(credential, `x-sign-algorithm must be one of ${signAlgorithms.join(', ')}`);
    }
    const time = headers['x-time'] ?? '';
    if (!/^\d{13}$/.test(time))
      return refused(credential, 'x-time must have 13 digits (epoch milliseconds)');
    if (!this.#isNear(Number(time)))
      return refused(credential, `x-time ${time} deviates too much from the current time`);
    const nonce = headers['x-random'] ?? '';
    if (nonce === '') return refused(credential, 'x-random is missing');
    const isForm =
      headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    const parameters = [...request.query, ...(isForm ? new URLSearchParams(request.body) : [])];
    const { method, path, body } = request;
    const expected = requestSignature(
      { method, path, parameters, body, time, nonce },
      account.accessKey.secret,
      algorithm,
    );
    if (headers['x-sign'] !== expected)
      return refused(credential, 'x-sign does not match the request');
    if (!this.#useNonce(`${id} ${nonce}`))
      return refused(credential, 'x-random was already used (replay)');
    return { userId: account.userId, credential };
  }

  #isNear(time: number): boolean {
    return Math.abs(time - this.#now()) <= this.#toleranceMs;
  }

  // A request older than the tolerance is refused, so a nonce need not be kept longer than twice the tolerance.
  #useNonce(nonce: string): boolean {
    const now = this.#now();
    for (const [old, until] of this.#nonces) {
      if (until > now) break;
      this.#nonces.delete(old);
    }
    if (this.#nonces.has(nonce)) return false;
    this.#nonces.set(nonce, now + 2 * this.#toleranceMs);
    return true;
  }
}

function refused(credential: string, reason: string): Authentication {
  return { credential, reason };
}
