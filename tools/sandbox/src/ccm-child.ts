import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A running `ccm`. */
export interface CcmChild extends AsyncDisposable {
  /** Settles when the process has ended, with its exit code or signal. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Starts `ccm` from its bundle; its log goes to standard error. Disposing asks it to stop and waits. */
export function startCcm(bundle: string, args: readonly string[]): CcmChild {
  const child = spawn(process.execPath, [bundle, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'close').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
  );
  return {
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
