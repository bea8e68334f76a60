import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { GuardedChild } from './guarded-child.ts';
import { readProcessUsage } from './process-usage.ts';
import type { ProcessUsage } from './process-usage.ts';

/** What an event loop says about itself since it was asked last. */
export interface LoopHealth {
  readonly longestStallMs: number;
  readonly longestGcMs: number;
}

/** What is started, and how. */
export interface CandidateStart {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Path of the file that takes what it writes. */
  readonly log: string;
  /** True where the command loads the event loop's probe. */
  readonly hasProbe: boolean;
}

/** A candidate that runs. */
export class CandidateProcess implements AsyncDisposable {
  readonly #child: GuardedChild;
  readonly #start: CandidateStart;

  private constructor(child: GuardedChild, start: CandidateStart) {
    this.#child = child;
    this.#start = start;
  }

  /** Starts a command. @throws Error where it cannot be started */
  static async start(start: CandidateStart): Promise<CandidateProcess> {
    const [program = '', ...args] = start.command;
    const log = await open(start.log, 'w');
    try {
      const channel = start.hasProbe ? (['ipc'] as const) : [];
      const child = await GuardedChild.start(program, args, ['ignore', log.fd, log.fd, ...channel]);
      return new CandidateProcess(child, start);
    } finally {
      await log.close();
    }
  }

  /** Never resolves; rejects with the end of its log once it has ended without being asked to. */
  async unexpectedEnd(): Promise<never> {
    const how = await this.#child.ended;
    if (this.#child.isEnding) return new Promise<never>(() => undefined);
    throw new Error(
      `the candidate ended by itself (${how}); its last lines:\n${await this.lastLines()}`,
    );
  }

  /** The end of what it wrote. */
  async lastLines(): Promise<string> {
    const text = await readFile(this.#start.log, 'utf8');
    return text.trimEnd().split('\n').slice(-15).join('\n');
  }

  /** What it has used so far. */
  usage(): Promise<ProcessUsage> {
    return readProcessUsage(this.#child.pid);
  }

  /** How its event loop fared since it was asked last; undefined without a probe. */
  async loopHealth(): Promise<LoopHealth | undefined> {
    if (!this.#start.hasProbe) return undefined;
    const answer = once(this.#child.process, 'message');
    this.#child.process.send('how are you');
    const [health] = (await answer) as [LoopHealth];
    return health;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }
}
