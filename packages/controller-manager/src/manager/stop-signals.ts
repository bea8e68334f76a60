/** Signals that stop a process. */
export type StopSignal = 'SIGTERM' | 'SIGINT';

/** A source of stop signals. */
export interface SignalSource {
  /** Calls a listener for each signal, until disposed of. */
  onSignal(callback: (signal: StopSignal) => void): Disposable;
}

/** The signals of this process. While a listener exists, they do not terminate the process. */
export const processSignals: SignalSource = {
  onSignal(callback) {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    for (const signal of signals) process.on(signal, callback);
    return {
      [Symbol.dispose]: () => {
        for (const signal of signals) process.off(signal, callback);
      },
    };
  },
};

/** Returns the exit code that a shell reports for a process terminated by a signal. */
export function exitCodeOf(signal: StopSignal): number {
  return signal === 'SIGINT' ? 130 : 143;
}
