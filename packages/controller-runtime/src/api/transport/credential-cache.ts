import type { Logger } from '@k8s-ccm/cloud-provider';
import { RefusalPace } from '@k8s-ccm/foundation';
import { abortable } from '@k8s-ccm/foundation';
import type { ApiCredentials, AuthHeaders } from './api-server-config.ts';
import type { Clock } from '../../time/clock.ts';
import { systemRandom, type Random } from '../../time/random.ts';

/** Credentials that a {@link CredentialCache} fetches. */
export interface LoadedCredentials {
  readonly headers: AuthHeaders;
  /** How long the headers are used before they are fetched again, in milliseconds. Default: the cache's `maxAgeMs`. */
  readonly maxAgeMs?: number;
}

/** Options of {@link CredentialCache}. */
export interface CredentialCacheOptions {
  /**
   * Fetches the headers. `isRefused` is true after the server refused the last ones: caches further down must then be
   * bypassed. While the server also refuses fresh headers, `isRefused` is true less and less often, so that not every
   * request runs a plugin or issues a token.
   */
  readonly load: (isRefused: boolean) => Promise<LoadedCredentials>;
  /** How long headers are used before they are fetched again, in milliseconds. Default: no limit. */
  readonly maxAgeMs?: number;
  readonly clock: Clock;
  /** Default: the system's random numbers. */
  readonly random?: Random;
  readonly log: Logger;
}

/** Delay before a failed fetch is retried while the previous headers are still in use, in milliseconds. */
const retryMs = 10_000;

/** Caches credentials. Concurrent callers share one fetch. */
export class CredentialCache implements ApiCredentials {
  readonly #options: CredentialCacheOptions;
  readonly #pace: RefusalPace;
  #current: { readonly headers: AuthHeaders; readonly goodUntil: number } | undefined;
  #loading: Promise<AuthHeaders> | undefined;
  #isRefused = false;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#pace = new RefusalPace(options.random ?? systemRandom);
  }

  async headers(options: { readonly signal?: AbortSignal } = {}): Promise<AuthHeaders> {
    const { clock } = this.#options;
    if (this.#current !== undefined && clock.monotonic() < this.#current.goodUntil) {
      return this.#current.headers;
    }
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return await abortable(this.#loading, options.signal);
  }

  refuse(headers: AuthHeaders): void {
    // Many requests may fail with 401 at once; only the first may cause a refresh.
    if (this.#current?.headers !== headers) return;
    this.#current = undefined;
    this.#isRefused = this.#pace.mayRenew(this.#options.clock.monotonic());
  }

  accept(headers: AuthHeaders): void {
    if (this.#current?.headers === headers) this.#pace.reset();
  }

  async #load(): Promise<AuthHeaders> {
    const { load, clock, log } = this.#options;
    const longestMs = this.#options.maxAgeMs ?? Number.POSITIVE_INFINITY;
    const previous = this.#current;
    try {
      const { headers, maxAgeMs = longestMs } = await load(this.#isRefused);
      this.#isRefused = false;
      this.#current = { headers, goodUntil: clock.monotonic() + maxAgeMs };
      return headers;
    } catch (error) {
      // As in client-go, the previous credentials stay in use until the server refuses them.
      if (previous === undefined) throw error;
      log.warn('credentials could not be refreshed, using the previous ones', { error });
      const goodUntil = clock.monotonic() + Math.min(longestMs, retryMs);
      this.#current = { headers: previous.headers, goodUntil };
      return previous.headers;
    }
  }
}
