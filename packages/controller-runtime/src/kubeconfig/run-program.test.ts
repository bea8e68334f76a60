import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../time/clock.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { guardProgram } from './guard-program.ts';
import { runProgram, type ProgramOptions } from './run-program.ts';
import { KubeConfigScene } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

const options = { name: 'plugin', args: [], limitMs: 60_000, clock: systemClock, env: process.env };

async function run(lines: readonly string[], changes: Partial<ProgramOptions> = {}) {
  const file = await scene.script('plugin', ...lines);
  return await runProgram({ file, ...options, ...changes });
}

/** Reports whether the process has ended. */
async function ends(pid: number): Promise<boolean> {
  const end = systemClock.monotonic() + 20_000;
  while (await isRunning(pid)) {
    if (systemClock.monotonic() > end) return false;
    await systemClock.sleep(10);
  }
  return true;
}

/** Returns the id of a process that a script has written to a file. */
async function pidIn(name: string): Promise<number> {
  return Number(await scene.lineIn(name));
}

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // A zombie has ended and waits for its parent.
  return stat !== '' && !/^\d+ \(.*\) Z/.test(stat);
}

describe('runProgram', () => {
  it('returns the code, output and error output, and passes arguments and environment', async () => {
    const result = await run(['printf "%s|" "$A" "$@"', 'echo oops >&2', 'exit 3'], {
      args: ['--x', 'a b', '', '-e', '"'],
      env: { ...process.env, A: 'value', B: undefined },
    });
    expect(result).toMatchObject({ kind: 'exited', code: 3, stderr: 'oops\n' });
    expect(result.kind === 'exited' && String(result.stdout)).toBe('value|--x|a b||-e|"|');
  });

  it('gives the program an empty input and no terminal', async () => {
    const result = await run(['cat', '(: < /dev/tty) 2>/dev/null || echo none']);
    expect(result.kind === 'exited' && String(result.stdout)).toBe('none\n');
  });

  it('reports a program that a signal has ended', async () => {
    expect(await run(['kill -TERM $$'])).toMatchObject({ kind: 'exited', code: 143 });
  });

  it('reports a program that cannot be started', async () => {
    const file = await scene.script('plugin');
    await scene.write('plugin', '#!/no/such/shell\n');
    expect(await runProgram({ file, ...options })).toMatchObject({
      kind: 'exited',
      code: 126,
      stderr: expect.stringContaining('ENOENT'),
    });
  });

  it('stops a program after the timeout, with all processes that it has started', async () => {
    const clock = new FakeClock();
    const result = run(['sleep 600 &', 'echo waiting >&2', 'echo $! > pid', 'wait'], { clock });
    const pid = await pidIn('pid');
    await clock.advance(59_999);
    expect(await isRunning(pid)).toBe(true);
    await clock.advance(1);
    expect(await result).toEqual({ kind: 'timed out', stderr: 'waiting\n' });
    expect(await ends(pid)).toBe(true);
  });

  it('stops a program that prints endlessly', async () => {
    expect(await run(['yes'])).toEqual({ kind: 'too much output', stderr: '' });
  });

  it('leaves no process behind that a program has started and not awaited', async () => {
    const result = await run(['sleep 600 &', 'echo $!']);
    const pid = Number(result.kind === 'exited' && String(result.stdout));
    expect(await ends(pid)).toBe(true);
  });

  it('does not wait for a process that has left the group and holds the output open', async () => {
    const result = await run(['setsid sleep 30 &', 'echo done']);
    expect(result).toMatchObject({ kind: 'exited', code: 0 });
    expect(result.kind === 'exited' && String(result.stdout)).toBe('done\n');
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'ends with the process that has started it, also by %s',
    async (signal) => {
      const file = await scene.script('plugin', 'echo $$ > pid', 'sleep 600');
      const parent = spawn(process.execPath, [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['-e', process.argv[1], '--', process.argv[2], 'plugin'], { detached: true });`,
        guardProgram,
        file,
      ]);
      const exited = once(parent, 'exit');
      const pid = await pidIn('pid');
      parent.kill(signal);
      await exited;
      expect(await ends(pid)).toBe(true);
    },
  );
});
