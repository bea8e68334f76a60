import type { Dispatcher } from 'undici';

/** Throws if a request may no longer be sent. Called often, so it must be fast. */
export type CallGate = () => void;

/**
 * Wraps a dispatcher so that it calls `gate` right before it writes a request to its connection: a request may have
 * waited for a connection, and the process may have been suspended in the meantime. If the gate throws, the request
 * fails with that error and nothing has been sent.
 */
export function gated(dispatcher: Dispatcher, gate: CallGate): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(options, new GatedHandler(handler, gate)),
  );
}

type Handler = Dispatcher.DispatchHandler;
type Arguments<K extends keyof Handler> = Parameters<NonNullable<Handler[K]>>;

class GatedHandler implements Handler {
  readonly #handler: Handler;
  readonly #gate: CallGate;

  constructor(handler: Handler, gate: CallGate) {
    this.#handler = handler;
    this.#gate = gate;
  }

  onRequestStart(...call: Arguments<'onRequestStart'>): void {
    this.#gate();
    this.#handler.onRequestStart?.(...call);
  }

  onResponseStart(...call: Arguments<'onResponseStart'>): void {
    this.#handler.onResponseStart?.(...call);
  }

  onResponseData(...call: Arguments<'onResponseData'>): void {
    this.#handler.onResponseData?.(...call);
  }

  onResponseEnd(...call: Arguments<'onResponseEnd'>): void {
    this.#handler.onResponseEnd?.(...call);
  }

  onResponseError(...call: Arguments<'onResponseError'>): void {
    this.#handler.onResponseError?.(...call);
  }
}
