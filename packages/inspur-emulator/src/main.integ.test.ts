import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from './clock.ts';

const main = join(import.meta.dirname, 'main.ts');

interface Run extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Exit code of the process, after it has ended. */
  readonly ended: Promise<number>;
  stdout(): string;
  stderr(): string;
  /** Returns the output up to the last line of the greeting. */
  greeting(): Promise<string>;
}

function run(...args: readonly string[]): Run {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]: readonly unknown[]) => Number(code ?? -1));
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    greeting: async () => {
      const giveUp = Promise.withResolvers<never>();
      const limit = systemClock.timer(30_000, () =>
        giveUp.reject(new Error(`waited 30 s in vain for the greeting: ${stdout}${stderr}`)),
      );
      try {
        while (!stdout.includes('/_emulator/state\n')) {
          const more = once(child.stdout, 'data').then(() => undefined);
          const code = await Promise.race([more, ended, giveUp.promise]);
          if (code !== undefined) throw new Error(`ended with ${code}: ${stderr}`);
        }
      } finally {
        limit.cancel();
      }
      return stdout;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the command', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints its addresses and credentials, and exits with 0 on %s',
    async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'inspur-emulator-'));
      const file = join(folder, 'seed.json');
      await writeFile(file, JSON.stringify({ slbs: [{ slbId: 'slb-1' }] }));
      await using command = run('--port', '0', '--seed', file, '--region', 'cn-south-1');
      const greeting = await command.greeting();
      await rm(folder, { recursive: true });
      const [, url = ''] = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(greeting) ?? [];
      for (const part of [
        `${url}/regionsvc-cn-south-1/slb/v1/slbs`,
        `${url}/auth/token client_id=ccm client_secret=emulator-client-secret requested_subject=user-1`,
        'id=AKEMULATOR secret=emulator-secret-key',
        'emulator-static-token',
      ]) {
        expect(greeting).toContain(part);
      }
      const response = await fetch(`${url}/_emulator/state`);
      expect(await response.json()).toMatchObject({
        slbs: [{ slbId: 'slb-1', regionId: 'cn-south-1' }],
      });
      command.child.kill(signal);
      expect(await command.ended).toBe(0);
      expect(command.stderr()).toBe('');
      const { port } = new URL(url);
      const taker = createServer().listen(Number(port), '127.0.0.1');
      await once(taker, 'listening');
      taker.close();
    },
  );

  it('exits with 2 and one clear line for an unknown flag', async () => {
    await using command = run('--prot', '1');
    expect(await command.ended).toBe(2);
    expect(command.stdout()).toBe('');
    expect(command.stderr()).toMatch(/^inspur-emulator: Unknown option '--prot'[^\n]*\n$/);
  });

  it('exits with 2 for an inconsistent seed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inspur-emulator-'));
    const file = join(folder, 'seed.json');
    await writeFile(file, JSON.stringify({ slbs: [{ slbName: 'nameless' }] }));
    await using command = run('--seed', file);
    expect(await command.ended).toBe(2);
    await rm(folder, { recursive: true });
    expect(command.stderr()).toBe(
      'inspur-emulator: slbs.0.slbId: expected a string, got nothing\n',
    );
  });

  it('exits with 1 and one clear line if the port is in use', async () => {
    await using first = run('--port', '0');
    const [, port = ''] = /listening on \S+:(\d+)\n/.exec(await first.greeting()) ?? [];
    await using second = run('--port', port);
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toMatch(/^inspur-emulator: listen EADDRINUSE[^\n]*\n$/);
  });
});
