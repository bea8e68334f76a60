import { RefusalPace, abortable } from '@k8s-ccm/foundation';
import { retryAfterOf } from '../answer/error-predicates.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { systemRandom } from '../time/random.ts';
import type { Secret } from './secret.ts';

/** A token, as returned by its issuer. */
export interface Token {
  readonly value: Secret;
  /** Lifetime in milliseconds, counted from the time of the request for the token. */
  readonly lifetimeMs: number;
}

/** Options of {@link TokenCache}. */
export interface TokenCacheOptions {
  /**
   * Requests a new token. Must settle without being canceled: it serves many callers, so no single caller can cancel
   * it.
   */
  readonly fetch: () => Promise<Token>;
  /**
   * Milliseconds before expiry at which a token is replaced in the background. Default 60 000, at most a fifth of the
   * lifetime.
   */
  readonly earlyMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Pause after the first failed request, in milliseconds. Doubles with each further failure. */
const firstPauseMs = 1000;
const maxPauseMs = 30_000;

interface CachedToken {
  readonly token: Token;
  /** Monotonic time. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/**
 * Caches one token. Concurrent callers share one request, a token is replaced before it expires while the old one is
 * still in use, and requests to a failing issuer back off.
 */
export class TokenCache {
  readonly #fetch: () => Promise<Token>;
  readonly #earlyMs: number;
  readonly #clock: Clock;
  readonly #random: Random;
  /** By host: a host that denies a permission refuses tokens that all other hosts accept. */
  readonly #paces = new Map<string, RefusalPace>();
  #cached: CachedToken | undefined;
  #fetching: Promise<Token> | undefined;
  #failure: { readonly error: unknown; readonly until: number } | undefined;
  #failures = 0;

  constructor(options: TokenCacheOptions) {
    this.#fetch = options.fetch;
    this.#earlyMs = options.earlyMs ?? 60_000;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
  }

  /**
   * Returns a valid token. Throws the error of `fetch`; during the pause after a failure, throws the same error again.
   */
  async get(options: { readonly signal?: AbortSignal } = {}): Promise<Token> {
    options.signal?.throwIfAborted();
    const cached = this.#cached;
    const now = this.#clock.monotonic();
    if (cached === undefined || now >= cached.expiresAt) {
      return await abortable(this.#refresh(), options.signal);
    }
    if (now >= cached.refreshAt && !this.isPausing) {
      // The error is kept, and thrown when the old token has expired.
      this.#refresh().catch(() => undefined);
    }
    return cached.token;
  }

  /**
   * Drops a token that `host` refused, and returns whether {@link TokenCache.get} can provide another one. While a host
   * also refuses fresh tokens, the last token is kept for a while, to limit requests to the issuer.
   */
  invalidate(token: Token, host: string): boolean {
    if (this.#cached?.token !== token) return true;
    const pace = this.#paces.get(host) ?? new RefusalPace(this.#random);
    this.#paces.set(host, pace);
    if (!pace.mayRenew(this.#clock.monotonic())) return false;
    this.#cached = undefined;
    return true;
  }

  /** Whether requests are paused after a failure. {@link TokenCache.get} may then throw the same error again. */
  get isPausing(): boolean {
    return this.#failure !== undefined && this.#clock.monotonic() < this.#failure.until;
  }

  /** Ends the pause after a failed fetch. Call it if the cause of the failure may have been removed. */
  endPause(): void {
    this.#failure = undefined;
    this.#failures = 0;
  }

  /** Notifies the cache that `host` accepted a token. */
  accept(token: Token, host: string): void {
    if (this.#cached?.token === token) this.#paces.delete(host);
  }

  #refresh(): Promise<Token> {
    if (this.#fetching !== undefined) return this.#fetching;
    if (this.isPausing) return Promise.reject(this.#failure?.error);
    this.#fetching = this.#fetchOnce().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<Token> {
    const askedAt = this.#clock.monotonic();
    try {
      const token = await this.#fetch();
      const early = Math.min(this.#earlyMs, token.lifetimeMs / 5);
      const expiresAt = askedAt + token.lifetimeMs;
      this.#cached = { token, refreshAt: expiresAt - early, expiresAt };
      this.#failure = undefined;
      this.#failures = 0;
      return token;
    } catch (error) {
      const pause = Math.min(maxPauseMs, firstPauseMs * 2 ** this.#failures);
      this.#failures += 1;
      const chance = 0.5 + this.#random.next() / 2;
      const until = this.#clock.monotonic() + Math.max(pause * chance, retryAfterOf(error) ?? 0);
      this.#failure = { error, until };
      throw error;
    }
  }
}
