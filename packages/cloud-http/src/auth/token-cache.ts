import { RefusalPace, abortable } from '@k8s-ccm/foundation';
import { retryAfterOf } from '../answer/error-predicates.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { systemRandom } from '../time/random.ts';
import type { Secret } from './secret.ts';

/** A token as its issuer gives it. */
export interface Token {
  readonly value: Secret;
  /** Milliseconds that it is good for, counted from when it was asked for. */
  readonly lifetimeMs: number;
}

/** Where tokens come from. */
export interface TokenCacheOptions {
  /** Gets a new token. Must end by itself: it serves many callers, so no single one can call it off. */
  readonly fetch: () => Promise<Token>;
  /** Milliseconds before its end that a token is replaced in the background. Default 60 000, at most a fifth of the lifetime. */
  readonly earlyMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Wait after the first failed fetch, in milliseconds; doubles. */
const firstPauseMs = 1000;
const maxPauseMs = 30_000;

interface CachedToken {
  readonly token: Token;
  /** By the clock's monotonic time. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/**
 * Keeps one token: many callers share one fetch, a token is replaced before it ends while the old one still serves,
 * and an issuer that fails is not asked again at once.
 */
export class TokenCache {
  readonly #fetch: () => Promise<Token>;
  readonly #earlyMs: number;
  readonly #clock: Clock;
  readonly #random: Random;
  /** By host: one that a right is missing for refuses what all others accept. */
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

  /** A token that is good now. Throws what the fetch threw; within the pause after a failure, that same error again. */
  async get(options: { readonly signal?: AbortSignal } = {}): Promise<Token> {
    options.signal?.throwIfAborted();
    const cached = this.#cached;
    const now = this.#clock.monotonic();
    if (cached === undefined || now >= cached.expiresAt) {
      return await abortable(this.#refresh(), options.signal);
    }
    if (now >= cached.refreshAt && !this.#pausing()) {
      // The failure is kept, and shows once the old token no longer serves.
      this.#refresh().catch(() => undefined);
    }
    return cached.token;
  }

  /**
   * Drops this token, because `host` refused it, and gives whether {@link TokenCache.get} has another one. While a host
   * refuses fresh tokens, too, the last one is kept for a while, so that the issuer is not asked for one after the other.
   */
  invalidate(token: Token, host: string): boolean {
    if (this.#cached?.token !== token) return true;
    const pace = this.#paces.get(host) ?? new RefusalPace(this.#random);
    this.#paces.set(host, pace);
    if (!pace.mayRenew(this.#clock.monotonic())) return false;
    this.#cached = undefined;
    return true;
  }

  /** Says that `host` accepted this token. */
  accept(token: Token, host: string): void {
    if (this.#cached?.token === token) this.#paces.delete(host);
  }

  #refresh(): Promise<Token> {
    if (this.#fetching !== undefined) return this.#fetching;
    if (this.#pausing()) return Promise.reject(this.#failure?.error);
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

  #pausing(): boolean {
    return this.#failure !== undefined && this.#clock.monotonic() < this.#failure.until;
  }
}
