import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { messageOf } from '../api/errors/error-facts.ts';
import type { Clock } from '../time/clock.ts';
import { guardProgram } from './guard-program.ts';

/** Options of {@link runProgram}. */
export interface ProgramOptions {
  /** Path of the program. */
  readonly file: string;
  /** The name under which the program runs. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Timeout of the program, in milliseconds. */
  readonly limitMs: number;
  readonly clock: Clock;
}

/** How a program ended. */
export type ProgramResult =
  | {
      readonly kind: 'exited';
      /** Above 128 for a program that was ended by a signal. */
      readonly code: number;
      readonly stdout: Buffer;
      readonly stderr: string;
    }
  /** The program exceeded its timeout and was ended. */
  | { readonly kind: 'timed out'; readonly stderr: string }
  /** The program wrote more output than the limit and was ended. */
  | { readonly kind: 'too much output'; readonly stderr: string }
  | { readonly kind: 'not started'; readonly problem: string };

/** Maximum size of the output, in bytes. */
const maxOutput = 1024 * 1024;
/** Number of bytes that are kept of the end of the error output. */
const maxErrorOutput = 16 * 1024;
/** How long to wait for output that another process still holds open after the program has ended, in milliseconds. */
const drainMs = 1000;

/**
 * Runs a program with an empty input, in its own process group. The group ends with the program, after the timeout, and
 * when this process ends in any way. Never throws.
 */
export async function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  const { file, name, args, env, limitMs, clock } = options;
  const child = spawn(process.execPath, ['-e', guardProgram, '--', file, name, ...args], {
    // The input tells the guard that this process still runs. It never contains anything to read.
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...env },
  });
  child.stdin.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<ProgramResult>();
  let early: 'timed out' | 'too much output' | undefined;
  const end = (why: 'timed out' | 'too much output'): void => {
    early ??= why;
    killGroup(child);
  };
  const stdout = collect(child.stdout, () => end('too much output'));
  const stderr = collectEnd(child.stderr);
  const limit = clock.timer(limitMs, () => end('timed out'));
  child.once('error', (error) => resolve({ kind: 'not started', problem: messageOf(error) }));
  child.once('exit', () => {
    // Processes that the program has started must not stay behind.
    killGroup(child);
    const drain = clock.timer(drainMs, () => {
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.once('close', () => drain.cancel());
  });
  child.once('close', (code) => {
    if (early !== undefined) resolve({ kind: early, stderr: stderr() });
    else resolve({ kind: 'exited', code: code ?? 137, stdout: stdout(), stderr: stderr() });
  });
  const result = await promise;
  limit.cancel();
  return result;
}

function collect(stream: Readable, onTooMuch: () => void): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxOutput) onTooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks);
}

function collectEnd(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-maxErrorOutput);
  });
  return () => text;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: all of its processes have ended.
  }
}
