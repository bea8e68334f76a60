import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import type { Environment } from '@k8s-ccm/component-config';
import { untilAborted } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import { runControllerManager } from './run-controller-manager.ts';
import type { SignalSource, StopSignal } from './stop-signals.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An API server that is healthy, and has nothing. */
async function startApiServer() {
  const agents: unknown[] = [];
  const server = createServer(({ headers }, response) => {
    agents.push(headers['user-agent']);
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    agents,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** Runs a manager until its only controller has been started, and gives what it was started with. */
async function start(argv: readonly string[], env: Environment = {}) {
  const providers = new CloudProviderRegistry();
  providers.register('fake', async () => new FakeCloudProvider());
  const stops = new Set<(signal: StopSignal) => void>();
  const signalSource: SignalSource = {
    onSignal: (callback) => {
      stops.add(callback);
      return { [Symbol.dispose]: () => stops.delete(callback) };
    },
  };
  let context: ControllerContext | undefined;
  const witness: ControllerDescriptor = {
    name: 'witness',
    start: (given) => {
      context = given;
      for (const stop of stops) stop('SIGTERM');
      return { kind: 'running', done: untilAborted(given.signal) };
    },
  };
  let out = '';
  let err = '';
  const exitCode = await runControllerManager({
    argv,
    env,
    program: 'ccm',
    version: '1.2.3',
    commit: 'abc',
    providers,
    controllers: [witness],
    signalSource,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { exitCode, out, err, flags: context?.flags };
}

const json = ['--secure-port=0', '--logging-format=json'];

describe('runControllerManager', () => {
  it('takes all it needs from a file and the environment', async () => {
    await using server = await startApiServer();
    const config = join(folder, 'ccm.yaml');
    await writeFile(
      config,
      `apiVersion: cloudcontrollermanager.config.k8s.io/v1alpha1
kind: CloudControllerManagerConfiguration
Generic:
  LeaderElection: { leaderElect: false }
KubeCloudShared:
  CloudProvider: { Name: fake }
  ClusterName: from-file
SecureServing: { SecurePort: 0 }
`,
    );
    const { exitCode, err, flags } = await start([], {
      CCM_CONFIG: config,
      CCM_MASTER: server.url,
      CCM_CONCURRENT_NODE_SYNCS: '7',
    });
    expect(err).not.toContain('ccm: ');
    expect(exitCode).toBe(0);
    expect(flags).toMatchObject({ 'cluster-name': 'from-file', 'concurrent-node-syncs': 7 });
  });

  it('warns once of each flag that has no effect, and starts', async () => {
    await using server = await startApiServer();
    const { exitCode, err } = await start(
      [...json, '--cloud-provider=fake', '--leader-elect=false', '--contention-profiling'],
      { CCM_MASTER: server.url, CCM_VMODULE: 'a=1' },
    );
    expect(exitCode).toBe(0);
    const warnings = err.split('\n').filter((line) => line.includes('flag has no effect'));
    expect(warnings.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ flag: 'vmodule', reason: expect.any(String) }),
      expect.objectContaining({ flag: 'contention-profiling', reason: expect.any(String) }),
    ]);
  });

  it('tells the problems of all places, and where a value stands that goes ill with another', async () => {
    const { exitCode, err } = await start(['--cloud-provider=fake', '--contorllers=a'], {
      CCM_LEADER_ELECT_RENEW_DEADLINE: '20s',
      CCM_PROFILING: 'maybe',
    });
    expect(exitCode).toBe(1);
    expect(err.trimEnd().split('\n')).toEqual([
      'ccm: unknown flag --contorllers, did you mean --controllers?',
      'ccm: CCM_PROFILING cannot be "maybe": allowed is true or false',
      'ccm: --leader-elect-lease-duration=15s must be longer than --leader-elect-renew-deadline=20s (--leader-elect-renew-deadline is set by CCM_LEADER_ELECT_RENEW_DEADLINE)',
    ]);
  });

  it('says no more than that where the file cannot be read', async () => {
    const { exitCode, err } = await start(['--config=/no/such/file']);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^ccm: --config=\/no\/such\/file cannot be read: ENOENT[^\n]*\n$/);
  });

  it.each([
    ['--version=true', /^ccm 1\.2\.3\n$/],
    ['--version=raw', /"version": "1\.2\.3",\n {2}"commit": "abc",\n {2}"nodeVersion": "v/],
  ])('%s prints and ends well, though the environment is wrong', async (flag, printed) => {
    const { exitCode, out, err } = await start([flag], { CCM_V: 'x' });
    expect(exitCode).toBe(0);
    expect(out).toMatch(printed);
    expect(err).toBe('');
  });

  it('goes by the version that it is told to report', async () => {
    await using server = await startApiServer();
    const { exitCode } = await start(
      ['--cloud-provider=fake', '--leader-elect=false', '--secure-port=0', '--version=v1.2.3-rc.1'],
      { CCM_MASTER: server.url },
    );
    expect(exitCode).toBe(0);
    expect(server.agents).toContain('ccm/1.2.3-rc.1');
  });

  it('does not take the bundle’s own version for a flag', async () => {
    const { exitCode, err } = await start(['--cloud-provider=nobody'], { CCM_VERSION: '1.2.3' });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^ccm: --cloud-provider: unknown cloud provider "nobody"[^\n]*\n$/);
  });
});
