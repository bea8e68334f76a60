import type { Account, Caller } from './account.ts';
import { requestSignature, signAlgorithms } from './request-signature.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** What of a request says who sent it. */
export interface AuthenticatedRequest {
  readonly method: string;
  /** The absolute path as it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** The outcome of looking at a request's credential. */
export type Authentication =
  Caller | { readonly userId?: undefined; readonly credential: string; readonly reason: string };

const rfc1123 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Says who sent a request: by bearer token and `Date`, or by AK/SK signature whose nonce was not seen before (inspur-api.md#authentication). */
export class Authenticator {
  readonly #accounts: readonly Account[];
  readonly #tokens: TokenIssuer;
  readonly #toleranceMs: number;
  readonly #now: () => number;
  // Nonce to the moment from which it may be forgotten, in order of arrival.
  readonly #nonces = new Map<string, number>();

  /**
   * @param toleranceMs how far `Date` and `x-time` may be off the clock
   * @param now epoch ms
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

  /** Looks at a request's credential; a signature's nonce is used up by it. */
  authenticate(request: AuthenticatedRequest): Authentication {
    const accessKeyId = request.headers['x-secret-id'];
    if (accessKeyId !== undefined) return this.#bySignature(accessKeyId, request);
    const { authorization, date } = request.headers;
    if (authorization === undefined)
      return refused('', 'neither Authorization nor x-secret-id is there');
    if (!authorization.startsWith('Bearer '))
      return refused('', 'Authorization must be "Bearer <token>"');
    const caller = this.#tokens.callerOf(authorization.slice('Bearer '.length));
    if (caller === undefined) return refused('', 'the token is unknown or has expired');
    if (date === undefined) return refused(caller.credential, 'Date is missing');
    if (!rfc1123.test(date))
      return refused(caller.credential, 'Date must be in the form of RFC 1123, in GMT');
    if (!this.#isNear(Date.parse(date)))
      return refused(caller.credential, `Date ${date} is too far off`);
    return caller;
  }

  #bySignature(id: string, request: AuthenticatedRequest): Authentication {
    const account = this.#accounts.find((candidate) => candidate.accessKey.id === id);
    if (account === undefined) return refused('', `x-secret-id: no access key ${id}`);
    const credential = `accessKey:${id}`;
    const { headers } = request;
    const algorithm = headers['x-sign-algorithm'] ?? '';
    if (!signAlgorithms.includes(algorithm)) {
      return refused(credential, `x-sign-algorithm must be one of ${signAlgorithms.join(', ')}`);
    }
    const time = headers['x-time'] ?? '';
    if (!/^\d{13}$/.test(time)) return refused(credential, 'x-time must be 13 digits, epoch ms');
    if (!this.#isNear(Number(time))) return refused(credential, `x-time ${time} is too far off`);
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
      return refused(credential, 'x-random was used before: a replay');
    return { userId: account.userId, credential };
  }

  #isNear(time: number): boolean {
    return Math.abs(time - this.#now()) <= this.#toleranceMs;
  }

  // A request older than the tolerance is refused by its time, so a nonce need not be known longer than twice that.
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
