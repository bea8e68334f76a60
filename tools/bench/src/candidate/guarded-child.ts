import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '@k8s-ccm/controller-runtime';

const stopLimitMs = 10_000;

/** A child process that ends with this one at the latest. */
export class GuardedChild implements AsyncDisposable {
  readonly process: ChildProcess;
  /** Settles when it has ended, with its exit code or signal in words. Never rejects. */
  readonly ended: Promise<string>;
  #isEnding = false;

  private constructor(child: ChildProcess) {
    this.process = child;
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', kill);
    this.ended = once(child, 'close').then(([code, signal]: unknown[]) => {
      process.off('exit', kill);
      return typeof signal === 'string' ? signal : `exit code ${String(code)}`;
    });
  }

  /** Starts a program. @throws Error where it cannot be started */
  static async start(
    file: string,
    args: readonly string[],
    stdio: StdioOptions,
  ): Promise<GuardedChild> {
    const child = spawn(file, args, { stdio });
    await once(child, 'spawn');
    return new GuardedChild(child);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** True once it was asked to stop. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Asks it to stop, ends it by force after 10 s, and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    this.process.kill('SIGTERM');
    const force = systemClock.timer(stopLimitMs, () => this.process.kill('SIGKILL'));
    await this.ended;
    force.cancel();
  }
}
