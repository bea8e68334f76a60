import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { AnswerCache } from '../limits/answer-cache.ts';
import type { Authentication, Authenticator, ShownCredentials } from './authenticator.ts';
import type { UserInfo } from './user-info.ts';

/** Resolves a bearer token to its user. */
export interface TokenReviewer {
  /**
   * Returns `undefined` if the token is not valid.
   * @param signal aborts when the answer is no longer needed
   * @throws Error if the token cannot be reviewed now
   */
  review(token: string, signal: AbortSignal): Promise<UserInfo | undefined>;
}

/** Options of {@link TokenAuthenticator}. */
export interface TokenAuthenticatorOptions {
  readonly reviewer: TokenReviewer;
  /** How long results are cached, in milliseconds. */
  readonly ttlMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Maximum number of cached tokens. */
const maxTokens = 4096;

/** Authenticates by bearer token, with a {@link TokenReviewer}. */
export class TokenAuthenticator implements Authenticator, Disposable {
  readonly #reviewer: TokenReviewer;
  readonly #cache: AnswerCache<Authentication>;
  /** Key of the hash under which tokens are cached, so that no token stays in memory. */
  readonly #key = randomBytes(32);

  constructor({ reviewer, ttlMs, clock }: TokenAuthenticatorOptions) {
    this.#reviewer = reviewer;
    this.#cache = new AnswerCache({ ttlMs: () => ttlMs, maxEntries: maxTokens, clock });
  }

  /** Aborts pending reviews. */
  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }

  async authenticate({ headers, source }: ShownCredentials): Promise<Authentication> {
    const token = bearerToken(headers['authorization']?.[0]);
    if (token === undefined) return { kind: 'none' };
    const key = createHmac('sha256', this.#key).update(token).digest('base64');
    const ask = async (signal: AbortSignal): Promise<Authentication> => {
      const user = await this.#reviewer.review(token, signal);
      return user === undefined
        ? { kind: 'refused', reason: 'the token is not valid' }
        : { kind: 'user', user };
    };
    return this.#cache.get({ key, source, ask });
  }
}

function bearerToken(authorization = ''): string | undefined {
  const [scheme = '', token = ''] = authorization.trim().split(/ +/);
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}
