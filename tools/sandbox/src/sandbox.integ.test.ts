import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');

/** The command behind `npm start`, less the build that comes before it. */
function startCommand(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return manifest.scripts.start.split(' ');
}

describe('npm start', () => {
  it('tells how the example Service gets its addresses, and leaves nothing behind', async () => {
    const [program, ...args] = startCommand();
    expect(program).toBe('node');
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const exited = once(child, 'close');
    let output = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      output += String(text);
      if (output.includes('Ctrl-C stops everything')) child.kill('SIGINT');
    }
    expect(await exited).toEqual([0, null]);
    // Every call goes to the emulated cloud, and finds there what it asks for.
    expect(log).toContain('stopped');
    expect(log).not.toMatch(/ERROR|cannot be reached|not refreshed|error checking/);
    expect(output).toContain('Normal EnsuringLoadBalancer: Ensuring load balancer');
    expect(output).toContain('the Service web has the addresses 10.0.0.10 and 203.0.113.10');
    const kubeconfig = /kubeconfig: (?<path>[^)]+)/.exec(output)?.groups?.['path'] ?? '';
    await expect(access(kubeconfig)).rejects.toMatchObject({ code: 'ENOENT' });
    const url = /http:\/\/[\d.]+:\d+/.exec(output)?.[0] ?? '';
    await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  }, 300_000);
});
