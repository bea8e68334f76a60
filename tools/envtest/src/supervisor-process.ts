/**
 * The program of the supervisor's process. It owns a folder and the processes that it is asked to
 * start, and ends all of them when it is told to, when it is asked by a signal, and when the process
 * that started it is gone: the kernel closes the channel, however that process died.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { errorText } from './error-facts.ts';
import type {
  NumberedRequest,
  SupervisorMessage,
  SupervisorRequest,
} from './supervisor-messages.ts';

const folder = mkdtempSync(process.argv[2] ?? '');
const running = new Map<string, ChildProcess>();
let ending: Promise<void> | undefined;

process.on('message', ({ id, request }: NumberedRequest) => {
  void answer(id, request);
});
for (const event of ['disconnect', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(event, () => void leave());
}
tell({ kind: 'ready', folder });

async function answer(id: number, request: SupervisorRequest): Promise<void> {
  try {
    tell({ kind: 'answer', id, ...(await carryOut(request)) });
    if (request.op === 'end') process.disconnect();
  } catch (error) {
    tell({ kind: 'answer', id, error: errorText(error) });
  }
}

async function carryOut(request: SupervisorRequest): Promise<{ readonly pid?: number }> {
  if (request.op === 'spawn') return start(request);
  if (request.op === 'kill') await stop(request.name, request.signal);
  else await end();
  return {};
}

async function start(
  request: Extract<SupervisorRequest, { op: 'spawn' }>,
): Promise<{ readonly pid?: number }> {
  if (ending !== undefined) throw new Error('the supervisor is ending');
  const { name, file, args, env, cwd } = request;
  const log = openSync(request.log, 'a');
  // A group of its own, so that the signal also reaches what the process starts itself.
  const child = spawn(file, args, { stdio: ['ignore', log, log], detached: true, env, cwd });
  closeSync(log);
  // Known before anything is awaited: from here on `end` must find it.
  if (child.pid !== undefined) running.set(name, child);
  child.once('exit', (code, signal) => {
    running.delete(name);
    tell({ kind: 'exited', name, code, signal });
  });
  await once(child, 'spawn');
  return child.pid === undefined ? {} : { pid: child.pid };
}

async function stop(name: string, signal: NodeJS.Signals): Promise<void> {
  const child = running.get(name);
  if (child?.pid === undefined) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, signal);
  await exited;
}

function end(): Promise<void> {
  ending ??= endAll();
  return ending;
}

async function endAll(): Promise<void> {
  await Promise.all([...running.keys()].map((name) => stop(name, 'SIGKILL')));
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function leave(): Promise<void> {
  await end();
  process.exit();
}

function tell(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message);
}
