import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { until } from '@k8s-ccm/controller-runtime/testing';

const root = join(import.meta.dirname, '../../..');

/** The command behind `npm start`, less the build that comes before it. */
function startCommand(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  return manifest.scripts.start.split(' ');
}

function emulatorUrlIn(output: string): string {
  return /http:\/\/[\d.]+:\d+/.exec(output)?.[0] ?? '';
}

/** Waits until the emulated cloud is asked for servers: then no call goes to a real one. */
async function serversAreAskedFor(url: string): Promise<void> {
  await until(
    'the emulated cloud is asked for servers',
    async () => (await (await fetch(`${url}/_emulator/calls`)).text()).includes('"ListServers"'),
    120_000,
  );
}

describe('npm start', () => {
  it('tells how the example Service gets its addresses, and leaves nothing behind', async () => {
    const [program, ...args] = startCommand();
    expect(program).toBe('node');
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'close');
    let output = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      output += String(text);
      if (!output.includes('Ctrl-C stops everything')) continue;
      await serversAreAskedFor(emulatorUrlIn(output));
      child.kill('SIGINT');
    }
    expect(await exited).toEqual([0, null]);
    expect(output).toContain('Normal EnsuringLoadBalancer: Ensuring load balancer');
    expect(output).toContain('the Service web has the addresses 10.0.0.10 and 203.0.113.10');
    const kubeconfig = /kubeconfig: (?<path>[^)]+)/.exec(output)?.groups?.['path'] ?? '';
    await expect(access(kubeconfig)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fetch(emulatorUrlIn(output))).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
  }, 300_000);
});
