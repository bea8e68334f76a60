import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@k8s-ccm/controller-runtime';

const program = join(import.meta.dirname, 'main.ts');

interface Running {
  readonly pid: number;
  readonly command: string;
}

/** All processes beneath one, with their command lines. */
async function descendants(parent: number): Promise<readonly Running[]> {
  const tasks = await readdir(`/proc/${parent}/task`).catch(() => []);
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${parent}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const pids = children.flatMap((text) => text.split(' ').filter(Boolean).map(Number));
  const found = await Promise.all(
    pids.map(async (pid) => [
      { pid, command: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') },
      ...(await descendants(pid)),
    ]),
  );
  return found.flat();
}

/** Ends the bench and what it started, also where the test has failed. */
async function endAll(bench: ChildProcess): Promise<void> {
  const pids = await descendants(bench.pid ?? 0);
  bench.kill('SIGKILL');
  for (const { pid } of pids) {
    if (await exists(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

describe('the bench', () => {
  it('leaves nothing running and nothing on disk after Ctrl-C', async () => {
    const args = ['--services=200', '--ports=1', '--nodes=2', '--latency=200'];
    const bench = spawn(
      process.execPath,
      ['--conditions=@k8s-ccm/source', '--disable-warning=ExperimentalWarning', program, ...args],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await using ending = new AsyncDisposableStack();
    ending.defer(() => endAll(bench));
    const exited = once(bench, 'exit');
    let complaint = '';
    bench.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));

    const limit = systemClock.monotonic() + 90_000;
    let running: readonly Running[] = [];
    const runs = (name: string): boolean => running.some(({ command }) => command.includes(name));
    while (!(runs('ccm.mjs') && runs('kube-apiserver') && runs('emulator'))) {
      expect(systemClock.monotonic()).toBeLessThan(limit);
      expect([bench.exitCode, complaint]).toEqual([null, expect.not.stringContaining('bench:')]);
      await systemClock.sleep(50);
      running = await descendants(bench.pid ?? 0);
    }
    const folder = /--cert-dir=(?<folder>.*?)\/certificates/.exec(
      running.map(({ command }) => command).join('\n'),
    )?.groups?.['folder'];
    expect(await exists(folder ?? '')).toBe(true);

    bench.kill('SIGINT');
    const tooLong = Promise.withResolvers<readonly string[]>();
    const timer = systemClock.timer(30_000, () => tooLong.resolve(['still running after 30 s']));
    expect((await Promise.race([exited, tooLong.promise]))[0]).toBe(130);
    timer.cancel();
    expect(complaint).toContain('bench: stopped by SIGINT');
    expect(await exists(folder ?? '')).toBe(false);
    const left = await Promise.all(
      running.map(async ({ pid, command }) => ((await exists(`/proc/${pid}`)) ? [command] : [])),
    );
    expect(left.flat()).toEqual([]);
  }, 180_000);
});
