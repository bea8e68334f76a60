import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Dispatcher } from 'undici';
import { ApiConnectionError, outcomeOf } from '../errors/api-connection-error.ts';
import { ApiError, apiErrorFromResponse } from '../errors/api-error.ts';
import { authSecrets, requestHeaders, type ApiIdentity } from './api-identity.ts';
import { openApiPools, type ApiPools } from './api-pools.ts';
import { requestTarget, type ApiRequest } from './api-request.ts';
import type { ApiServerConfig, AuthHeaders } from './api-server-config.ts';
import { ApiTimeoutError } from '../errors/api-timeout-error.ts';
import { gated } from './call-gate.ts';
import { startDeadline, type CallDeadline } from '../../time/call-deadline.ts';
import type { Clock } from '../../time/clock.ts';
import type { Random } from '../../time/random.ts';
import { repeatDelayMs } from './repeat-delay.ts';
import type { RestClientMetrics } from './rest-client-metrics.ts';
import { retryAfterSecondsOf } from './retry-after.ts';

/** Options of {@link ApiTransport}. */
export interface ApiTransportOptions {
  readonly config: ApiServerConfig;
  /** Timeout of one attempt, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: RestClientMetrics | undefined;
  readonly connections?: number | undefined;
  readonly dispatcher?: Dispatcher | undefined;
}

/** `LogVerbosity.Requests` of cloud-provider, from which this package imports only types. */
const requestVerbosity = 6;

/**
 * Sends requests to one API server: authenticates, waits for the token bucket, retries, and records metrics. All
 * clients of a process share it.
 */
export class ApiTransport {
  readonly #options: ApiTransportOptions;
  readonly #pools: ApiPools;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #host: string;
  readonly #warned = new Set<string>();
  readonly #requestLog: Logger;

  constructor(options: ApiTransportOptions) {
    const { origin, host, pathname } = new URL(options.config.server);
    this.#options = options;
    this.#pools = openApiPools(options.config, options);
    this.#origin = origin;
    this.#host = host;
    this.#requestLog = options.log.child({}, { verbosity: requestVerbosity });
    this.#prefix = pathname.replace(/\/+$/, '');
  }

  /**
   * Sends one call. Retries it as `repeatDelayMs` defines, and once more with fresh credentials after a 401. Returns
   * the text of the body.
   */
  async call(request: ApiRequest, identity: ApiIdentity): Promise<string> {
    const { random, clock } = this.#options;
    const repeatable = request.repeatable ?? request.method === 'GET';
    let repeats = 0;
    let refreshed = false;
    for (;;) {
      const auth = await this.#headers(request.signal);
      // After the headers: a plugin provides its certificate together with them.
      if (refreshed) await this.#pools.renew();
      try {
        return await this.#attempt(request, identity, auth);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (isRefusedIdentity(error) && !refreshed) {
          refreshed = true;
          this.#options.config.credentials.refuse(auth);
          continue;
        }
        const delayMs = repeatDelayMs(error, { repeats, repeatable, random });
        if (delayMs === undefined) throw error;
        repeats += 1;
        this.#options.log.debug('request to the API server failed, retrying', {
          error,
          delayMs,
          repeats,
        });
        await clock.sleep(delayMs, request.signal === undefined ? {} : { signal: request.signal });
      }
    }
  }

  /**
   * Yields one streamed response, chunk by chunk. Never retried, except once with fresh credentials after a 401: the
   * reader of a stream knows where to resume.
   *
   * @param idleTimeoutMs time without a byte after which the connection counts as dead, in milliseconds
   */
  async *stream(
    request: ApiRequest,
    identity: ApiIdentity,
    idleTimeoutMs: number,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const deadline = this.#startDeadline(request);
    try {
      const response = await this.#openStream(request, identity, deadline);
      deadline.stopClock();
      const chunks = response.body[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await this.#nextChunk(chunks, request, deadline, idleTimeoutMs);
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        await chunks.return?.();
      }
    } finally {
      deadline.release();
    }
  }

  /** Closes the connections: calls in flight may finish, watches end immediately. */
  async close(): Promise<void> {
    await this.#pools.close();
  }

  async #attempt(request: ApiRequest, identity: ApiIdentity, auth: AuthHeaders): Promise<string> {
    await this.#throttle(request, identity);
    const deadline = this.#startDeadline(request);
    try {
      const response = await this.#send(this.#pools.calls, request, identity, auth, deadline);
      const text = await this.#text(response, request, deadline);
      if (response.statusCode >= 300) throw this.#refusal(response, text, request, auth);
      this.#options.config.credentials.accept?.(auth);
      return text;
    } finally {
      deadline.release();
    }
  }

  async #openStream(
    request: ApiRequest,
    identity: ApiIdentity,
    deadline: CallDeadline,
  ): Promise<Dispatcher.ResponseData> {
    let refreshed = false;
    for (;;) {
      const auth = await this.#headers(request.signal);
      if (refreshed) await this.#pools.renew();
      await this.#throttle(request, identity);
      const response = await this.#send(this.#pools.watches, request, identity, auth, deadline);
      if (response.statusCode < 300) {
        this.#options.config.credentials.accept?.(auth);
        return response;
      }
      const refusal = this.#refusal(
        response,
        await this.#text(response, request, deadline),
        request,
        auth,
      );
      if (refusal.status !== 401 || refreshed) throw refusal;
      refreshed = true;
      this.#options.config.credentials.refuse(auth);
    }
  }

  async #send(
    dispatcher: Dispatcher,
    request: ApiRequest,
    identity: ApiIdentity,
    auth: AuthHeaders,
    deadline: CallDeadline,
  ): Promise<Dispatcher.ResponseData> {
    const { clock, metrics } = this.#options;
    const { method } = request;
    const startedAt = clock.monotonic();
    const isWatch = dispatcher === this.#pools.watches;
    const count = (code: string): void => {
      const durationMs = clock.monotonic() - startedAt;
      this.#requestLog.debug('API request', { method, path: request.path, code, durationMs });
      metrics?.requests.inc({ code, host: this.#host, method });
      if (isWatch) return;
      metrics?.duration.observe(durationMs / 1000, { host: this.#host, verb: method });
    };
    try {
      const { mayCall } = identity;
      const through = mayCall === undefined ? dispatcher : gated(dispatcher, mayCall);
      const response = await through.request({
        origin: this.#origin,
        path: requestTarget(this.#prefix, request),
        method,
        headers: requestHeaders(request, identity, auth),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: deadline.signal,
      });
      count(String(response.statusCode));
      this.#passOnWarnings(response.headers['warning']);
      return response;
    } catch (error) {
      count('<error>');
      // If the gate is closed, its error is the reason, whatever else failed.
      identity.mayCall?.();
      throw this.#failure(error, request, deadline);
    }
  }

  async #text(
    response: Dispatcher.ResponseData,
    request: ApiRequest,
    deadline: CallDeadline,
  ): Promise<string> {
    try {
      return await response.body.text();
    } catch (error) {
      throw this.#failure(error, request, deadline);
    }
  }

  async #nextChunk(
    chunks: AsyncIterator<Uint8Array>,
    request: ApiRequest,
    deadline: CallDeadline,
    idleTimeoutMs: number,
  ): Promise<IteratorResult<Uint8Array, unknown>> {
    // Runs only while waiting for the server: a slow reader must not make the connection look dead.
    const timer = this.#options.clock.timer(idleTimeoutMs, () =>
      deadline.abort(new ApiTimeoutError({ ...request, timeoutMs: idleTimeoutMs })),
    );
    try {
      return await chunks.next();
    } catch (error) {
      throw this.#failure(error, request, deadline);
    } finally {
      timer.cancel();
    }
  }

  #startDeadline(request: ApiRequest): CallDeadline {
    const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs;
    return startDeadline(timeoutMs, () => new ApiTimeoutError({ ...request, timeoutMs }), {
      clock: this.#options.clock,
      signal: request.signal,
    });
  }

  async #headers(signal: AbortSignal | undefined): Promise<AuthHeaders> {
    return await this.#options.config.credentials.headers(signal === undefined ? {} : { signal });
  }

  async #throttle(request: ApiRequest, identity: ApiIdentity): Promise<void> {
    const { clock, metrics, log } = this.#options;
    const startedAt = clock.monotonic();
    await identity.bucket?.wait(request.signal);
    const waitedMs = clock.monotonic() - startedAt;
    metrics?.rateLimiterDuration.observe(waitedMs / 1000, {
      host: this.#host,
      verb: request.method,
    });
    if (waitedMs > 1000) {
      log.info('a request waited for the client-side rate limiter', {
        waitedMs,
        method: request.method,
        path: request.path,
      });
    }
  }

  /** Converts a thrown error: an abort keeps its reason, everything else is a connection error. */
  #failure(error: unknown, request: ApiRequest, deadline: CallDeadline): unknown {
    if (deadline.signal.aborted) return deadline.signal.reason;
    return new ApiConnectionError(
      { method: request.method, path: request.path, host: this.#host, outcome: outcomeOf(error) },
      { cause: error },
    );
  }

  #refusal(
    response: Dispatcher.ResponseData,
    body: string,
    request: ApiRequest,
    auth: AuthHeaders,
  ): ApiError {
    return apiErrorFromResponse(body, {
      secrets: authSecrets(auth),
      method: request.method,
      path: request.path,
      httpStatus: response.statusCode,
      retryAfterSeconds: retryAfterSecondsOf(
        response.headers['retry-after'],
        this.#options.clock.now(),
      ),
    });
  }

  /** Logs warnings of the server, such as deprecation notices, each once. */
  #passOnWarnings(header: string | string[] | undefined): void {
    for (const warning of [header ?? []].flat()) {
      if (this.#warned.size >= 100 || this.#warned.has(warning)) continue;
      this.#warned.add(warning);
      this.#options.log.warn('warning from the API server', { warning });
    }
  }
}

function isRefusedIdentity(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
