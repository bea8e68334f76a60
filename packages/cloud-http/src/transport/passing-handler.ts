import type { Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;

/** What undici calls a handler's method with. */
export type HandlerCall<K extends keyof Handler> = Parameters<NonNullable<Handler[K]>>;

/** Passes all that comes of a request on to another handler; what extends it looks in on the way. */
export class PassingHandler implements Handler {
  readonly #handler: Handler;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  onRequestStart(...call: HandlerCall<'onRequestStart'>): void {
    this.#handler.onRequestStart?.(...call);
  }

  onResponseStart(...call: HandlerCall<'onResponseStart'>): void {
    this.#handler.onResponseStart?.(...call);
  }

  onResponseData(...call: HandlerCall<'onResponseData'>): void {
    this.#handler.onResponseData?.(...call);
  }

  onResponseEnd(...call: HandlerCall<'onResponseEnd'>): void {
    this.#handler.onResponseEnd?.(...call);
  }

  onResponseError(...call: HandlerCall<'onResponseError'>): void {
    this.#handler.onResponseError?.(...call);
  }
}
