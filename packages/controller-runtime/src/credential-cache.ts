import type { Logger } from '@k8s-ccm/cloud-provider';
import { abortable } from './abortable.ts';
import type { ApiCredentials, AuthHeaders } from './api-server-config.ts';
import type { Clock } from './clock.ts';

/** Options of {@link CredentialCache}. */
export interface CredentialCacheOptions {
  /**
   * Fetches the headers. `isRefused` is true after the server refused the last ones: then whatever is
   * cached further down must be passed by.
   */
  readonly load: (isRefused: boolean) => Promise<AuthHeaders>;
  /** How long headers are used before they are fetched again, in milliseconds. */
  readonly maxAgeMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps credentials for a while; any number of callers share one fetch. */
export class CredentialCache implements ApiCredentials {
  readonly #options: CredentialCacheOptions;
  #current: { readonly headers: AuthHeaders; readonly loadedAt: number } | undefined;
  #loading: Promise<AuthHeaders> | undefined;
  #isRefused = false;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
  }

  async headers(options: { readonly signal?: AbortSignal } = {}): Promise<AuthHeaders> {
    const { clock, maxAgeMs } = this.#options;
    if (this.#current !== undefined && clock.monotonic() - this.#current.loadedAt < maxAgeMs) {
      return this.#current.headers;
    }
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return await abortable(this.#loading, options.signal);
  }

  refuse(headers: AuthHeaders): void {
    // Many requests come back with 401 at once; only the first may cause a refresh.
    if (this.#current?.headers !== headers) return;
    this.#current = undefined;
    this.#isRefused = true;
  }

  async #load(): Promise<AuthHeaders> {
    const { load, clock, log } = this.#options;
    const previous = this.#current;
    try {
      const headers = await load(this.#isRefused);
      this.#isRefused = false;
      this.#current = { headers, loadedAt: clock.monotonic() };
      return headers;
    } catch (error) {
      // As client-go: what worked so far is better than nothing, until the server says otherwise.
      if (previous === undefined) throw error;
      log.warn('credentials could not be read again, using the previous ones', { error });
      this.#current = { headers: previous.headers, loadedAt: clock.monotonic() };
      return previous.headers;
    }
  }
}
