import type { Dispatcher } from 'undici';
import { PassingHandler } from './passing-handler.ts';
import type { HandlerCall } from './passing-handler.ts';

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
