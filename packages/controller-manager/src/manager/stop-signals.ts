/** The signals by which a process is asked to stop. */
export type StopSignal = 'SIGTERM' | 'SIGINT';

/** Where stop signals come from. */
export interface SignalSource {
  /** Calls back at each signal, until disposed. */
  onSignal(callback: (signal: StopSignal) => void): Disposable;
}

/** The signals of this process. While somebody listens, they no longer end it by themselves. */
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

/** The exit code of a process that a signal has ended, as a shell tells it. */
export function exitCodeOf(signal: StopSignal): number {
  return signal === 'SIGINT' ? 130 : 143;
}
