import type { Dispatcher } from 'undici';

/** Says whether a request may still go out, by throwing where it may not. Asked often, so it must be quick. */
export type CallGate = () => void;

/**
 * A dispatcher that asks `gate` right before it writes a request to its connection: a request may
 * have waited for a connection since it was made, and the process may have stood still meanwhile.
 * What the gate throws is what the request fails with, and nothing of it has been sent.
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
