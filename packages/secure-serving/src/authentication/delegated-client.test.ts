import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { silentLogger } from '@k8s-ccm/foundation';
import { delegatedClient } from './delegated-client.ts';

const base = {
  userAgent: 'test',
  clock: systemClock,
  random: systemRandom,
  metrics: new MetricsRegistry(),
};

function mayCall(): never {
  throw new Error('the lease is lost');
}

describe('delegatedClient', () => {
  it('is none outside of a pod without a kubeconfig', async () => {
    const inCluster = { env: {} };
    const log = silentLogger;
    expect(await delegatedClient({ ...base, log, kubeconfig: '', inCluster })).toBeUndefined();
  });

  it('is none, with a warning, in a pod without a service account', async () => {
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    const inCluster = { env, folder: '/no/such/folder' };
    expect(await delegatedClient({ ...base, log, kubeconfig: '', inCluster })).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });

  it('asks nothing where it may not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'delegated-client-'));
    try {
      const kubeconfig = join(folder, 'kubeconfig');
      const cluster = { server: 'http://127.0.0.1:9' };
      const config = {
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'test' } }],
        clusters: [{ name: 'test', cluster }],
      };
      await writeFile(kubeconfig, JSON.stringify(config));
      const client = await delegatedClient({ ...base, log: silentLogger, kubeconfig, mayCall });
      const asked = client?.request({ method: 'GET', path: '/healthz' });
      await expect(asked).rejects.toThrow('the lease is lost');
      await client?.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not do without a kubeconfig that is named', async () => {
    const kubeconfig = '/no/such/kubeconfig';
    await expect(delegatedClient({ ...base, log: silentLogger, kubeconfig })).rejects.toThrow(
      kubeconfig,
    );
  });
});
