import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { AnswerCache } from '../limits/answer-cache.ts';
import type { Authentication, Authenticator, ShownCredentials } from './authenticator.ts';
import type { UserInfo } from './user-info.ts';

/** Knows whose a token is. */
export interface TokenReviewer {
  /**
   * Returns `undefined` if it is nobody's.
   * @param signal aborts when nobody waits for the answer any longer
   * @throws Error if that cannot be found out at the moment
   */
  review(token: string, signal: AbortSignal): Promise<UserInfo | undefined>;
}

/** What a {@link TokenAuthenticator} stands on. */
export interface TokenAuthenticatorOptions {
  readonly reviewer: TokenReviewer;
  /** How long it is remembered whose a token is, or that it is nobody's; in milliseconds. */
  readonly ttlMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Tokens that are remembered at once. */
const maxTokens = 4096;

/** Takes bearer tokens, and asks a reviewer whose they are. */
export class TokenAuthenticator implements Authenticator, Disposable {
  readonly #reviewer: TokenReviewer;
  readonly #cache: AnswerCache<Authentication>;
  /** Tokens are remembered by a keyed hash: what is in memory opens nothing, elsewhere neither. */
  readonly #key = randomBytes(32);

  constructor({ reviewer, ttlMs, clock }: TokenAuthenticatorOptions) {
    this.#reviewer = reviewer;
    this.#cache = new AnswerCache({ ttlMs: () => ttlMs, maxEntries: maxTokens, clock });
  }

  /** Gives up what is being asked. */
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
