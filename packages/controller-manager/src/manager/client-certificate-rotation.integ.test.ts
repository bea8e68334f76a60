import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Service } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { until } from '@k8s-ccm/controller-runtime/testing';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { makeCertificate, silentLogger } from '@k8s-ccm/foundation';
import type { ControllerContext } from '../controller.ts';
import { RunningManager, workingController } from '../testing/running-manager.ts';

const dayMs = 86_400_000;
const authority = { commonName: 'test clients' };

describe('a client certificate that is replaced before its end', () => {
  let folder: string;
  let controlPlane: ControlPlane;
  let admin: KubeClient;
  let authorityKey: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'client-certificate-'));
    const now = systemClock.now();
    const { cert, key } = await makeCertificate({
      subject: authority,
      usage: 'authority',
      from: now - dayMs,
      to: now + dayMs,
    });
    authorityKey = key;
    await writeFile(join(folder, 'ca.crt'), cert);
    controlPlane = await startControlPlane({
      apiServerFlags: [`--client-ca-file=${join(folder, 'ca.crt')}`],
    });
    const parts = { clock: systemClock, random: systemRandom, log: silentLogger };
    const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...parts });
    admin = KubeClient.create({ config, userAgent: 'test', ...parts });
  }, 600_000);
  afterAll(async () => {
    await admin.close();
    await controlPlane.stop();
    await rm(folder, { recursive: true });
  });

  async function replaceCertificate(endsAt: number): Promise<void> {
    const pair = await makeCertificate({
      subject: { commonName: 'rotating', organizations: ['system:masters'] },
      issuer: { subject: authority, key: authorityKey },
      usage: 'client',
      from: systemClock.now() - dayMs,
      to: endsAt,
    });
    for (const [name, text] of [
      ['client.crt', pair.cert],
      ['client.key', pair.key],
    ] as const) {
      await writeFile(join(folder, `${name}.new`), text, { mode: 0o600 });
      await rename(join(folder, `${name}.new`), join(folder, name));
    }
  }

  it('comes into use without a restart: no call and no watch fails, and the lease is kept', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const cluster = { server: controlPlane.url, 'certificate-authority': controlPlane.caFile };
    const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    await writeFile(
      kubeconfig,
      JSON.stringify({
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
        clusters: [{ name: 'test', cluster }],
        users: [{ name: 'test', user }],
      }),
    );
    const endsAt = systemClock.now() + 5_000;
    await replaceCertificate(endsAt);
    const contexts = new Map<string, ControllerContext>();
    const seen: Service[] = [];
    const worker = workingController('worker', contexts);
    const manager = new RunningManager({
      argv: [
        `--kubeconfig=${kubeconfig}`,
        '--leader-elect-lease-duration=3s',
        '--leader-elect-renew-deadline=2s',
        '--leader-elect-retry-period=200ms',
      ],
      controllers: [
        {
          ...worker,
          start: (context) => {
            context.informers.services.addHandler({ onAdd: (service) => seen.push(service) });
            return worker.start(context);
          },
        },
      ],
    });
    const { client } = await until('it works', () => contexts.get('worker'));
    await client.nodes.create({ metadata: { name: 'before' } });
    await replaceCertificate(endsAt + dayMs);
    // On the connections that are open, the old certificate is the one that counts.
    await until('the old certificate has ended', async () => {
      await client.nodes.get({ name: 'before' });
      return systemClock.now() > endsAt + 1_500;
    });
    await client.nodes.create({ metadata: { name: 'after' } });
    await admin.services.create({
      metadata: { name: 'web', namespace: 'default' },
      spec: { ports: [{ port: 80 }] },
    });
    await until('it hears of a new Service', () =>
      seen.some(({ metadata }) => metadata?.name === 'web'),
    );
    const lock = { name: 'cloud-controller-manager', namespace: 'kube-system' };
    expect((await admin.leases.get(lock)).spec?.leaseTransitions).toBe(0);
    expect(manager.log).not.toMatch(/ (WARN|ERROR) /);
    expect(await manager.stop()).toBe(0);
  }, 60_000);
});
