import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { errorCode } from './error-facts.ts';
import { poll } from './poll.ts';
import { Supervisor, lastLines } from './supervisor.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'supervisor-test-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

async function untilGone(pids: readonly number[], folder: string): Promise<void> {
  await poll(() => (pids.some(isAlive) || existsSync(folder) ? undefined : true), {
    what: `the end of ${pids.join(', ')} and ${folder}`,
    limitMs: 10_000,
  });
}

/** A process that waits, and one that it has started itself. */
const family = { file: 'sh', args: ['-c', 'sleep 1000 & echo $!; wait'] };

async function grandchild(log: string): Promise<number> {
  return poll(async () => Number(await lastLines(log)) || undefined, {
    what: log,
    limitMs: 10_000,
  });
}

describe('Supervisor', () => {
  it('runs a process with its output in the folder, and tells how it ended', async () => {
    await using supervisor = await Supervisor.start(join(base, 'a-'));
    const child = await supervisor.spawn({
      name: 'teller',
      file: 'sh',
      args: ['-c', 'echo $WORD in $PWD; exit 3'],
      env: { WORD: 'hello' },
    });
    expect(await child.ended).toEqual({ code: 3, signal: null });
    expect(await lastLines(child.log)).toBe(`  hello in ${supervisor.folder}`);
  });

  it('refuses what cannot be started', async () => {
    await using supervisor = await Supervisor.start(join(base, 'a-'));
    const attempt = supervisor.spawn({ name: 'x', file: '/no/such/file', args: [] });
    await expect(attempt).rejects.toThrow('ENOENT');
  });

  it('ends a process together with what that has started', async () => {
    await using supervisor = await Supervisor.start(join(base, 'a-'));
    const child = await supervisor.spawn({ name: 'family', ...family });
    const pids = [child.pid, await grandchild(child.log)];
    await supervisor.kill('family');
    expect(child.end).toEqual({ code: null, signal: 'SIGKILL' });
    await poll(() => (pids.some(isAlive) ? undefined : true), { what: 'the end', limitMs: 10_000 });
  });

  it('ends everything and removes its folder, once', async () => {
    const supervisor = await Supervisor.start(join(base, 'a-'));
    const child = await supervisor.spawn({ name: 'family', ...family });
    const pids = [supervisor.pid, child.pid, await grandchild(child.log)];
    await Promise.all([supervisor.end(), supervisor.end()]);
    await untilGone(pids, supervisor.folder);
    expect(readdirSync(base)).toEqual([]);
    await expect(supervisor.spawn({ name: 'late', ...family })).rejects.toThrow('has ended');
  });

  it('leaves nothing when its own process is killed', async () => {
    const supervisor = await Supervisor.start(join(base, 'a-'));
    const child = await supervisor.spawn({ name: 'family', ...family });
    const pids = [supervisor.pid, child.pid, await grandchild(child.log)];
    process.kill(supervisor.pid, 'SIGKILL');
    await untilGone(pids, supervisor.folder);
    await supervisor.end();
    expect(child.end).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves nothing when whoever started it dies of %s',
    async (signal) => {
      const program = `
        import { Supervisor } from ${JSON.stringify(join(import.meta.dirname, 'supervisor.ts'))};
        const supervisor = await Supervisor.start(${JSON.stringify(join(base, 'a-'))});
        const child = await supervisor.spawn(${JSON.stringify({ name: 'family', ...family })});
        console.log(JSON.stringify([supervisor.pid, child.pid, child.log]));
        process.stdin.resume();`;
      const runner = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['pipe', 'pipe', 'inherit'],
        detached: true,
      });
      const [line] = await once(runner.stdout, 'data');
      const [supervisor, child, log]: [number, number, string] = JSON.parse(String(line));
      const pids = [supervisor, child, await grandchild(log)];
      expect(pids.every(isAlive)).toBe(true);
      // The whole group, as a terminal or a CI runner does it.
      process.kill(-(runner.pid ?? 0), signal);
      await untilGone(pids, join(log, '..'));
    },
  );
});
