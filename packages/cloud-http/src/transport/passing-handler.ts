import type { Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;

/** Parameters with which undici calls a handler's method. */
export type HandlerCall<K extends keyof Handler> = Parameters<NonNullable<Handler[K]>>;

/**
 * A handler that passes all events of a request on to another handler. Subclasses override the events that they
 * observe.
 */
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
