import { Buffer } from 'node:buffer';
import type { Clock } from '@k8s-ccm/inspur-sdk';
import { Dispatcher } from 'undici';

/** A request on its way to a server in the same process. */
export interface LocalRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty if there is none. */
  readonly body: string;
}

/** What happens to a request. */
export interface LocalReply {
  /** 0 if the connection breaks without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long the answer is held back, in milliseconds. */
  readonly holdMs: number;
  /** The connection breaks after so many bytes of the body. Default: it does not. */
  readonly cutAt?: number;
}

/** Options of {@link LocalDispatcher}. */
export interface LocalDispatcherOptions {
  /** Does the work of a request, at once. */
  readonly answer: (request: LocalRequest) => LocalReply;
  /** Times the answers that are held back. */
  readonly clock: Pick<Clock, 'timer'>;
}

/**
 * Carries requests to a server in the same process, without a socket, for tests that make very many
 * calls. The order of all that happens depends on nothing but the calls, so a run can be repeated.
 */
export class LocalDispatcher extends Dispatcher {
  readonly #options: LocalDispatcherOptions;

  constructor(options: LocalDispatcherOptions) {
    super();
    this.#options = options;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const exchange = new Exchange(handler);
    handler.onRequestStart?.(exchange, {});
    if (exchange.aborted) return true;
    const reply = this.#options.answer(requestOf(options));
    if (reply.holdMs <= 0) queueMicrotask(() => exchange.finish(reply));
    else this.#options.clock.timer(reply.holdMs, () => exchange.finish(reply));
    return true;
  }

  override async close(): Promise<void> {
    // There is no connection to close.
  }

  override async destroy(): Promise<void> {
    // There is no connection to close.
  }
}

/** One request and its answer. */
class Exchange implements Dispatcher.DispatchController {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly paused = false;
  #isOver = false;
  #reason: Error | null = null;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.#fail(reason);
  }

  pause(): void {
    // Bodies are small: they come in one piece.
  }

  resume(): void {
    // See `pause`.
  }

  finish({ body, cutAt, headers, status }: LocalReply): void {
    if (this.#isOver) return;
    if (status === 0) return this.#fail(brokenConnection());
    const bytes = Buffer.from(body);
    this.#handler.onResponseStart?.(this, status, { ...headers });
    const sent = bytes.subarray(0, cutAt);
    if (sent.length > 0) this.#handler.onResponseData?.(this, sent);
    if (cutAt !== undefined) return this.#fail(brokenConnection());
    this.#isOver = true;
    this.#handler.onResponseEnd?.(this, {});
  }

  #fail(error: Error): void {
    this.#isOver = true;
    this.#handler.onResponseError?.(this, error);
  }
}

function requestOf({ body, headers, method, path }: Dispatcher.DispatchOptions): LocalRequest {
  const fields = Object.entries(headers ?? {}).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value] as const] : [],
  );
  return {
    method,
    target: path,
    headers: Object.fromEntries(fields),
    body: typeof body === 'string' ? body : '',
  };
}

/** As undici reports a connection that broke after the request was sent. */
function brokenConnection(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}
