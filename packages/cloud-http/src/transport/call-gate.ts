import type { Dispatcher } from 'undici';
import { PassingHandler } from './passing-handler.ts';
import type { HandlerCall } from './passing-handler.ts';

/** Throws if a request must not be sent. Called often, so it must return quickly. */
export type CallGate = () => void;

/**
 * Returns a dispatcher that calls `gate` immediately before it writes a request to its connection. By then, the request
 * may have waited for a connection, and the process may have been suspended. If the gate throws, nothing is sent and
 * the request fails with that error.
 */
export function gated(dispatcher: Dispatcher, gate: CallGate): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(options, new GatedHandler(handler, gate)),
  );
}

class GatedHandler extends PassingHandler {
  readonly #gate: CallGate;

  constructor(handler: Dispatcher.DispatchHandler, gate: CallGate) {
    super(handler);
    this.#gate = gate;
  }

  override onRequestStart(...call: HandlerCall<'onRequestStart'>): void {
    this.#gate();
    super.onRequestStart(...call);
  }
}
