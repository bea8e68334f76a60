interface Listening {
  readonly callbacks: Set<() => void>;
  readonly stop: () => void;
}

const listeningTo = new WeakMap<AbortSignal, Listening>();

/**
 * Calls back once when a signal aborts, or at once if it has aborted. Returns a function that calls
 * this off: call it as soon as nobody waits any more, or it stays for as long as the signal.
 *
 * All callbacks of a signal share one listener, because adding a listener takes longer the more
 * there are. The listener is removed with the last callback.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const { callbacks, stop } = listeningTo.get(signal) ?? listen(signal);
  // The same function may be handed in twice.
  const entry = (): void => callback();
  callbacks.add(entry);
  return () => {
    if (callbacks.delete(entry) && callbacks.size === 0) stop();
  };
}

function listen(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>();
  const callAll = (): void => {
    stop();
    for (const callback of callbacks) callback();
  };
  const stop = (): void => {
    listeningTo.delete(signal);
    signal.removeEventListener('abort', callAll);
  };
  signal.addEventListener('abort', callAll, { once: true });
  const listening = { callbacks, stop };
  listeningTo.set(signal, listening);
  return listening;
}
