import type { Dispatcher } from 'undici';
import type { AnswerDialect } from '../answer/answer-dialect.ts';
import { defaultDialect } from '../answer/answer-dialect.ts';
import type { CloudError } from '../answer/errors.ts';
import { CloudApiError, CloudDecodeError, CloudTimeoutError } from '../answer/errors.ts';
import type { Signer } from '../auth/signer.ts';
import type { Budget, BudgetPermit } from '../budget/budget.ts';
import type { Lane } from '../budget/lane.ts';
import type { BackoffOptions } from '../time/backoff.ts';
import { backoffMs } from '../time/backoff.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import { startDeadline } from '../time/deadline.ts';
import type { Random } from '../time/random.ts';
import { systemRandom } from '../time/random.ts';
import { gated } from '../transport/call-gate.ts';
import type { CallGate } from '../transport/call-gate.ts';
import type { ProxyFor, TlsOptions } from '../transport/connections.ts';
import { createConnections } from '../transport/connections.ts';
import { proxySecrets } from '../transport/proxy-authorization.ts';
import type { AttemptParts, AttemptResult } from './attempt.ts';
import { attemptOnce } from './attempt.ts';
import type { CloudCall } from './call-record.ts';
import type { CloudCallOptions, CloudRequest } from './cloud-request.ts';

/** Options of {@link CloudClient}. Without a signer, calls are not signed; without a budget, they are not limited. */
export interface CloudClientOptions {
  readonly signer?: Signer;
  /** Budget of the account. Share it among all clients of the account. */
  readonly budget?: Budget;
  /** Error format of the cloud. Default: `{code, message}` bodies, classified by status. */
  readonly dialect?: AnswerDialect;
  /**
   * Dispatcher that carries the requests. Replaces the client's own connections and is not closed with the client. If
   * it is set, `tls` and `proxyFor` have no effect.
   */
  readonly dispatcher?: Dispatcher;
  readonly tls?: TlsOptions;
  /** Returns the proxy for a URL. Default: no proxy. */
  readonly proxyFor?: ProxyFor;
  /** Timeout of one attempt in milliseconds, including signing and reading the response. Default 20 000. */
  readonly attemptTimeoutMs?: number;
  /**
   * Timeout of a whole call in milliseconds, including waits and all attempts. Default: three times the timeout of an
   * attempt.
   */
  readonly timeoutMs?: number;
  /** Maximum number of attempts per call. Default 5. */
  readonly maxAttempts?: number;
  /** Pauses between attempts. Default: from 200 ms, doubling up to 10 s, with full jitter. */
  readonly backoff?: BackoffOptions;
  /** Maximum size of a response body in bytes. Default 16 MiB. */
  readonly maxBodyBytes?: number;
  /** Value of the `User-Agent` header. Default `cloud-http`. */
  readonly userAgent?: string;
  /**
   * Returns the value of the `X-Request-Id` header: the ID of the operation that caused the request. Called once per
   * attempt. Default: the header is not sent.
   */
  readonly correlationId?: () => string | undefined;
  /**
   * Called immediately before each attempt is sent. If it throws, nothing is sent and the call fails with that error.
   * Use it for requests that only one of several processes may make. Must return quickly. Default: all calls are
   * allowed.
   */
  readonly mayCall?: CallGate;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Called after each attempt and each call, for metrics. Must not throw. */
  readonly onCall?: (call: CloudCall) => void;
}

/**
 * HTTP client for the API of a cloud. Waits for the budget, signs and sends the request, reads the response, and
 * retries if that is safe.
 */
export class CloudClient {
  readonly #ownedDispatcher: Dispatcher | undefined;
  readonly #parts: AttemptParts;
  readonly #budget: Budget | undefined;
  readonly #timeoutMs: number;
  readonly #maxAttempts: number;
  readonly #backoff: BackoffOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #onCall: ((call: CloudCall) => void) | undefined;
  readonly #closing = new AbortController();

  constructor(options: CloudClientOptions = {}) {
    const { attemptTimeoutMs = 20_000, clock = systemClock } = options;
    const { tls = {}, proxyFor } = options;
    const dispatcher =
      options.dispatcher ??
      createConnections({ tls, ...(proxyFor === undefined ? {} : { proxyFor }) });
    this.#ownedDispatcher = options.dispatcher === undefined ? dispatcher : undefined;
    this.#budget = options.budget;
    this.#timeoutMs = options.timeoutMs ?? 3 * attemptTimeoutMs;
    this.#maxAttempts = options.maxAttempts ?? 5;
    this.#backoff = options.backoff ?? { baseMs: 200, maxMs: 10_000 };
    this.#clock = clock;
    this.#random = options.random ?? systemRandom;
    this.#onCall = options.onCall;
    this.#parts = {
      signer: options.signer,
      dialect: options.dialect ?? defaultDialect,
      dispatcher: options.mayCall === undefined ? dispatcher : gated(dispatcher, options.mayCall),
      mayCall: options.mayCall,
      clock,
      timeoutMs: attemptTimeoutMs,
      maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
      userAgent: options.userAgent ?? 'cloud-http',
      correlationId: options.correlationId ?? (() => undefined),
      proxySecrets: (url) => {
        const proxy = options.dispatcher === undefined ? proxyFor?.(new URL(url)) : undefined;
        return proxy === undefined ? [] : proxySecrets(proxy);
      },
    };
  }

  /**
   * Makes one call. Throws a {@link CloudError}, an error of the signer, or the reason of the caller's signal. A
   * request that is not idempotent is retried only if it certainly was not carried out. Otherwise, the error's
   * `outcome` is `unknown`, and the caller must verify the result before repeating the call.
   */
  async call<T>(request: CloudRequest<T>, options: CloudCallOptions = {}): Promise<T> {
    const signals = [options.signal, this.#closing.signal];
    for (const signal of signals) signal?.throwIfAborted();
    const deadline = startDeadline(this.#clock, this.#timeoutMs, signals);
    const run: Run<T> = {
      request,
      deadline,
      lane: options.lane ?? 'load-balancer',
      startedAt: this.#clock.monotonic(),
      attempt: 0,
      throttledMs: 0,
      afterUnknown: false,
      refreshed: false,
      lastError: undefined,
    };
    let result: AttemptResult<T>;
    try {
      result = await this.#untilDone(run);
    } catch (error) {
      this.#recordCall(run, { error });
      throw error;
    } finally {
      deadline.cancel();
    }
    this.#recordCall(run, result);
    if (!result.ok) throw result.error;
    return result.value;
  }

  /** Aborts calls in flight and closes the client's own connections. */
  async close(): Promise<void> {
    this.#closing.abort(new DOMException('the client has been closed', 'AbortError'));
    await this.#ownedDispatcher?.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #untilDone<T>(run: Run<T>): Promise<AttemptResult<T>> {
    for (;;) {
      const permit = await this.#turn(run);
      if (permit === undefined) return { ok: false, error: outOfTime(run) };
      run.attempt += 1;
      run.throttledMs += permit.waitedMs;
      const startedAt = this.#clock.monotonic();
      const result = await this.#attempt(run, permit);
      if (result.ok) result.signature?.accepted?.();
      const pauseMs = await this.#pauseBeforeNext(run, result);
      this.#onCall?.({
        phase: 'attempt',
        ...describe(run, result),
        durationMs: this.#clock.monotonic() - startedAt,
        retried: pauseMs !== undefined,
        throttledMs: permit.waitedMs,
      });
      if (result.ok || pauseMs === undefined) return result;
      run.lastError = result.error;
      run.afterUnknown ||= result.error.outcome === 'unknown';
      if (!(await this.#pause(run, pauseMs))) return result;
    }
  }

  async #attempt<T>(run: Run<T>, permit: BudgetPermit): Promise<AttemptResult<T>> {
    let throttled = false;
    try {
      const { attempt, deadline, afterUnknown } = run;
      const context = { number: attempt, deadline, afterUnknown };
      const result = await attemptOnce(this.#parts, run.request, context);
      throttled = !result.ok && result.kind === 'throttled';
      return result;
    } finally {
      permit.release({ throttled });
    }
  }

  /** Waits. Returns false if the call timed out in the meantime. */
  async #pause<T>(run: Run<T>, ms: number): Promise<boolean> {
    try {
      if (ms > 0) await this.#clock.sleep(ms, { signal: run.deadline.signal });
      return true;
    } catch (error) {
      if (run.deadline.expired) return false;
      throw error;
    }
  }

  /** Waits for permission to make one attempt. Returns `undefined` if the call timed out in the meantime. */
  async #turn<T>(run: Run<T>): Promise<BudgetPermit | undefined> {
    if (this.#budget === undefined) return { waitedMs: 0, release: () => undefined };
    const { signal } = run.deadline;
    try {
      return await this.#budget.acquire(run.lane, { signal });
    } catch (error) {
      if (run.deadline.expired) return undefined;
      throw error;
    }
  }

  /** Returns the milliseconds until the next attempt, or `undefined` if the call must not be retried. */
  async #pauseBeforeNext<T>(run: Run<T>, result: AttemptResult<T>): Promise<number | undefined> {
    if (result.ok || run.attempt >= this.#maxAttempts) return undefined;
    const { error, kind, signature } = result;
    if (kind === 'credential') {
      if (run.refreshed || signature?.refused === undefined) return undefined;
      run.refreshed = true;
      return (await signature.refused()) ? 0 : undefined;
    }
    const idempotent = run.request.idempotent ?? !notIdempotent.has(run.request.method);
    if (!error.retryable || (error.outcome === 'unknown' && !idempotent)) return undefined;
    const retryAfterMs = error instanceof CloudApiError ? error.retryAfterMs : undefined;
    const pauseMs = backoffMs(run.attempt, this.#backoff, this.#random, retryAfterMs);
    const elapsedMs = this.#clock.monotonic() - run.startedAt;
    return elapsedMs + pauseMs < this.#timeoutMs ? pauseMs : undefined;
  }

  #recordCall<T>(run: Run<T>, result: AttemptResult<T> | { readonly error: unknown }): void {
    this.#onCall?.({
      phase: 'call',
      ...describe(run, result),
      durationMs: this.#clock.monotonic() - run.startedAt,
      retried: run.attempt > 1,
      throttledMs: run.throttledMs,
    });
  }
}

const notIdempotent: ReadonlySet<string> = new Set(['POST', 'PATCH']);

/** State of a call in progress. */
interface Run<T> {
  readonly request: CloudRequest<T>;
  readonly deadline: Deadline;
  readonly lane: Lane;
  readonly startedAt: number;
  attempt: number;
  throttledMs: number;
  afterUnknown: boolean;
  refreshed: boolean;
  lastError: CloudError | undefined;
}

function describe<T>(run: Run<T>, result: AttemptResult<T> | { readonly error: unknown }) {
  const { operation, method, url } = run.request;
  const { host } = new URL(url);
  const kind = 'kind' in result ? result.kind : undefined;
  const answer = 'value' in result ? ('success' as const) : kind;
  const common = {
    operation,
    method,
    host,
    attempt: run.attempt,
    ...(answer === undefined ? {} : { answer }),
  };
  if ('value' in result) return { ...common, status: result.status };
  const { error } = result;
  if (error instanceof CloudDecodeError) return { ...common, error, status: error.status };
  if (!(error instanceof CloudApiError) || error.operation !== operation)
    return { ...common, error };
  const { apiCode, status } = error;
  return { ...common, error, status, ...(apiCode === '' ? {} : { apiCode }) };
}

/** Returns the error of a call that timed out while waiting for the budget: the error of its last attempt, if any. */
function outOfTime<T>(run: Run<T>): CloudError {
  if (run.lastError !== undefined) return run.lastError;
  const { operation, method, url } = run.request;
  const { host, origin, pathname } = new URL(url);
  const timeoutMs = run.deadline.ms;
  const message = `${operation}: the call budget of the account allowed no call to ${host} within ${timeoutMs} ms`;
  return new CloudTimeoutError(message, {
    operation,
    method,
    url: `${origin}${pathname}`,
    outcome: 'not-sent',
    retryable: true,
    attempts: 0,
    timeoutMs,
  });
}
