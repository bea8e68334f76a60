import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { errorCode } from './error-facts.ts';
import type { SupervisorMessage, SupervisorRequest } from './supervisor-messages.ts';

/** How a supervised process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that the supervisor looks after. */
export interface SupervisedProcess {
  readonly name: string;
  readonly pid: number;
  /** The file with all that it wrote. */
  readonly log: string;
  /** Undefined while it runs. */
  readonly end: ProcessEnd | undefined;
  /** Settles when it has ended. */
  readonly ended: Promise<ProcessEnd>;
}

/** What is started, and how. */
export interface SpawnOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the supervisor's folder. */
  readonly cwd?: string;
}

const program = join(import.meta.dirname, `supervisor-process${extname(import.meta.filename)}`);

/**
 * A temporary folder and processes that do not outlive this process, however it ends: a process of
 * its own holds them, in its own session, and ends them as soon as its channel to us closes.
 * Should that process die first, its processes and its folder are removed from here.
 */
export class Supervisor implements AsyncDisposable {
  /** The folder that goes with the supervisor. */
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #running = new Map<string, RunningProcess>();
  readonly #answers = new Map<number, PromiseWithResolvers<number | undefined>>();
  #serial = 0;
  #ending: Promise<void> | undefined;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    child.on('message', (message: SupervisorMessage) => this.#hear(message));
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => resolve());
    });
    child.once('exit', () => this.#endByForce());
    this.#letGo();
  }

  /** Starts one with a new folder; six characters are added to `folderPrefix`. */
  static async start(folderPrefix: string): Promise<Supervisor> {
    const child = fork(program, [folderPrefix], {
      // The session of its own keeps a Ctrl-C, or a signal to our whole group, away from it.
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    child.once('error', reject);
    child.once('exit', () =>
      reject(new Error(`the supervisor did not start: ${complaint.trim()}`)),
    );
    child.once('message', (message: SupervisorMessage) => {
      if (message.kind === 'ready') resolve(message.folder);
    });
    return new Supervisor(child, await promise);
  }

  /** The process of the supervisor itself. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Starts a process; its output goes to `<name>.log` in the folder. @throws Error if it cannot be started */
  async spawn({
    name,
    file,
    args,
    env = {},
    cwd = this.folder,
  }: SpawnOptions): Promise<SupervisedProcess> {
    if (this.#running.has(name)) throw new Error(`${name} runs already`);
    const log = join(this.folder, `${name}.log`);
    const started = new RunningProcess(name, log);
    this.#running.set(name, started);
    try {
      const ours = Object.entries({ ...process.env, ...env });
      const pid = await this.#ask({
        op: 'spawn',
        name,
        file,
        args,
        env: Object.fromEntries(
          ours.filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
        cwd,
        log,
      });
      started.pid = pid ?? 0;
      return started;
    } catch (error) {
      this.#running.delete(name);
      throw error;
    }
  }

  /** Ends a process, and what it has started; does nothing where it has ended already. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#running.has(name)) await this.#ask({ op: 'kill', name, signal });
  }

  /** Ends all processes and removes the folder. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  async #end(): Promise<void> {
    if (this.#child.connected) await Promise.race([this.#ask({ op: 'end' }), this.#gone]);
    this.#child.ref();
    await this.#gone;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async #ask(request: SupervisorRequest): Promise<number | undefined> {
    if (!this.#child.connected) throw new Error('the supervisor has ended');
    const id = (this.#serial += 1);
    const answer = Promise.withResolvers<number | undefined>();
    this.#answers.set(id, answer);
    this.#child.channel?.ref();
    try {
      this.#child.send({ id, request });
      return await answer.promise;
    } finally {
      this.#answers.delete(id);
      if (this.#answers.size === 0) this.#child.channel?.unref();
    }
  }

  #hear(message: SupervisorMessage): void {
    if (message.kind === 'exited') {
      this.#running.get(message.name)?.finish({ code: message.code, signal: message.signal });
      this.#running.delete(message.name);
    } else if (message.kind === 'answer') {
      const answer = this.#answers.get(message.id);
      if (message.error === undefined) answer?.resolve(message.pid);
      else answer?.reject(new Error(message.error));
    }
  }

  /** Whoever forgets to end us may still come to its own end. */
  #letGo(): void {
    this.#child.unref();
    this.#child.channel?.unref();
    const { stderr } = this.#child;
    if (stderr !== null && 'unref' in stderr && typeof stderr.unref === 'function') stderr.unref();
  }

  #endByForce(): void {
    for (const orphan of this.#running.values()) {
      killGroup(orphan.pid);
      orphan.finish({ code: null, signal: 'SIGKILL' });
    }
    this.#running.clear();
    for (const answer of this.#answers.values())
      answer.reject(new Error('the supervisor has ended'));
    void rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The last lines of a log, indented, for an error's text. */
export async function lastLines(log: string, count = 15): Promise<string> {
  const text = await readFile(log, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => `  ${line}`)
    .join('\n');
}

class RunningProcess implements SupervisedProcess {
  readonly name: string;
  readonly log: string;
  pid = 0;
  end: ProcessEnd | undefined;
  readonly #ended = Promise.withResolvers<ProcessEnd>();

  constructor(name: string, log: string) {
    this.name = name;
    this.log = log;
  }

  get ended(): Promise<ProcessEnd> {
    return this.#ended.promise;
  }

  finish(end: ProcessEnd): void {
    this.end = end;
    this.#ended.resolve(end);
  }
}

function killGroup(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
