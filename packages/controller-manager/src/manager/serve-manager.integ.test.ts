import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { KubeClient, loadKubeConfig, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { freePort, startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane, UserAccess } from '@k8s-ccm/envtest';
import { silentLogger } from '@k8s-ccm/foundation';
import type { CertificatePair } from '@k8s-ccm/foundation';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { allowServing } from '@k8s-ccm/secure-serving/testing';
import type { HttpsAsk } from '@k8s-ccm/secure-serving/testing';
import { checksOf, startServedManager } from '../testing/served-manager.ts';
import type { ServedManager } from '../testing/served-manager.ts';

function token({ token: value }: Pick<UserAccess, 'token'>): Pick<HttpsAsk, 'headers'> {
  return { headers: { authorization: `Bearer ${value}` } };
}

function readerOf(authority: TestAuthority): Promise<CertificatePair> {
  return authority.issue({ commonName: 'reader' });
}

describe('the secure port of a manager on a real API server', () => {
  let folder: string;
  let clientAuthority: TestAuthority;
  let proxyAuthority: TestAuthority;
  let controlPlane: ControlPlane;
  let admin: KubeClient;
  /** May ask who somebody is and what they may, and read the authorities; no more. */
  let reviewer: UserAccess;
  let reader: UserAccess;
  let stranger: UserAccess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serving-'));
    clientAuthority = await TestAuthority.create('clients', systemClock.now());
    proxyAuthority = await TestAuthority.create('proxies', systemClock.now());
    await writeFile(join(folder, 'clients.crt'), clientAuthority.certificate);
    await writeFile(join(folder, 'proxies.crt'), proxyAuthority.certificate);
    controlPlane = await startControlPlane({
      users: [{ name: 'reviewer' }, { name: 'reader' }, { name: 'stranger' }],
      apiServerFlags: [
        `--client-ca-file=${join(folder, 'clients.crt')}`,
        `--requestheader-client-ca-file=${join(folder, 'proxies.crt')}`,
        '--requestheader-allowed-names=front-proxy',
        '--requestheader-username-headers=X-Remote-User',
        '--requestheader-group-headers=X-Remote-Group',
        '--requestheader-extra-headers-prefix=X-Remote-Extra-',
      ],
    });
    [reviewer, reader, stranger] = await Promise.all([
      controlPlane.user('reviewer'),
      controlPlane.user('reader'),
      controlPlane.user('stranger'),
    ]);
    const base = { clock: systemClock, random: systemRandom, log: silentLogger };
    const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...base });
    admin = KubeClient.create({ config, userAgent: 'test', ...base });
    await allowServing(admin, { reviewer: 'reviewer', reader: 'reader' });
  }, 600_000);
  afterAll(async () => {
    await admin.close();
    await controlPlane.stop();
    await rm(folder, { recursive: true });
  });

  const start = async (...flags: string[]): Promise<ServedManager> => {
    const port = await freePort();
    const { kubeconfig } = controlPlane;
    return startServedManager({ port, kubeconfig, reviewerKubeconfig: reviewer.kubeconfig }, flags);
  };

  // @see docs/reference/contract.md#case-183
  it('has no check of a controller that is switched off', async () => {
    await using manager = await start('--controllers=*,-service');
    await manager.until('/healthz?verbose', ({ body }) => body.includes('node-route-controller'));
    expect(await checksOf(manager)).toEqual([
      'cloud-node-controller',
      'cloud-node-lifecycle-controller',
      'node-route-controller',
    ]);
  }, 60_000);

  // @see docs/reference/contract.md#case-184
  it('has the check of the only controller that is switched on', async () => {
    await using manager = await start('--controllers=cloud-node');
    expect(await checksOf(manager)).toEqual(['cloud-node-controller']);
  }, 60_000);

  // @see docs/reference/contract.md#case-190
  it('serves a standby its election alone, and a leader its controllers too', async () => {
    const flags = ['--leader-elect=true', '--controllers=service'];
    await using leader = await start(...flags);
    expect(await checksOf(leader)).toEqual(['leaderElection', 'service-lb-controller']);
    await using standby = await start(...flags);
    while (!standby.log().includes('another process leads')) await systemClock.sleep(20);
    expect(await checksOf(standby, false)).toEqual(['leaderElection']);
    expect(await standby.get('/readyz')).toMatchObject({ status: 200, body: 'ok' });
    expect(await standby.get('/metrics', token(reader))).toMatchObject({ status: 200 });
  }, 60_000);

  // @see docs/reference/contract.md#case-191
  it('serves health to all, and nothing else without credentials', async () => {
    await using manager = await start();
    await manager.until('/healthz', ({ status }) => status === 200);
    expect(await manager.get('/healthz')).toMatchObject({ status: 200, body: 'ok' });
    expect(await manager.get('/livez')).toMatchObject({ status: 200 });
    const closed = ['/metrics', '/configz', '/metrics/slis', '/debug/pprof/', '/readyz/cloud-api'];
    for (const path of closed) {
      const { status, headers } = await manager.get(path);
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('Bearer');
    }
  }, 60_000);

  // @see docs/reference/contract.md#case-192
  it('shows its configuration', async () => {
    await using manager = await start(
      '--kube-api-qps=20',
      '--leader-elect=true',
      '--enable-leader-migration',
    );
    await manager.until('/healthz', ({ status }) => status === 200);
    await manager.get('/debug/flags/v', { ...token(controlPlane), method: 'PUT', body: '3' });
    const { status, body } = await manager.get('/configz', token(reader));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      'cloudcontrollermanager.config.k8s.io': {
        KubeCloudShared: { ClusterName: 'kubernetes' },
        Generic: {
          ClientConnection: { qps: 20 },
          LeaderMigration: { leaderName: 'cloud-provider-extraction-migration' },
        },
        Logging: { verbosity: 3 },
      },
    });
  }, 60_000);

  // @see docs/reference/contract.md#case-193
  it('serves nothing on port 0, and works', async () => {
    await using manager = await start('--secure-port=0', '--v=4');
    while (!manager.log().includes('controller started')) await systemClock.sleep(20);
    await expect(manager.get('/healthz')).rejects.toThrow('ECONNREFUSED');
    expect(manager.log()).not.toContain('DEBUG serving');
  }, 60_000);

  it('lets nobody in without a token, a stranger not through, and a reader read', async () => {
    await using manager = await start('--v=4');
    await manager.until('/healthz', ({ status }) => status === 200);
    expect(await manager.get('/metrics')).toMatchObject({ status: 401 });
    const wrong = token({ token: 'wrong-token-0123456789' });
    expect(await manager.get('/metrics', wrong)).toMatchObject({ status: 401 });
    const refused = await manager.get('/metrics', token(stranger));
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body)).toMatchObject({
      message: 'forbidden: User "stranger" cannot get path "/metrics"',
    });
    const { status, body } = await manager.get('/metrics', token(reader));
    expect(status).toBe(200);
    expect(body).toContain('running_managed_controllers{');
    expect(await manager.get('/metrics/slis', token(reader))).toMatchObject({ status: 403 });
    const masters = token(controlPlane);
    expect(await manager.get('/metrics/slis', masters)).toMatchObject({ status: 200 });
    expect(manager.log()).toContain('DEBUG serving');
    for (const secret of [reader.token, stranger.token, reviewer.token, 'wrong-token']) {
      expect(manager.log()).not.toContain(secret);
    }
  }, 60_000);

  it('sets the verbosity of its log while it runs', async () => {
    await using manager = await start();
    await manager.until('/healthz', ({ status }) => status === 200);
    const masters = token(controlPlane);
    await manager.get('/metrics', token(stranger));
    const wrong = token({ token: 'wrong' });
    await manager.get('/metrics', wrong);
    expect(manager.log()).not.toContain('credentials refused');
    const put = { ...masters, method: 'PUT', body: '4' };
    expect(await manager.get('/debug/flags/v', put)).toMatchObject({ status: 200 });
    await manager.get('/metrics', wrong);
    expect(manager.log()).toContain('credentials refused');
  }, 60_000);

  it('knows clients and proxies by the authorities of the cluster, also by one that comes later', async () => {
    await using manager = await start();
    await manager.until('/healthz', ({ status }) => status === 200);
    const own = await readerOf(clientAuthority);
    expect(await manager.get('/metrics', { client: own })).toMatchObject({ status: 200 });
    const proxy = await proxyAuthority.issue({ commonName: 'front-proxy' });
    const headers = { 'X-Remote-User': 'reader' };
    expect(await manager.get('/metrics', { client: proxy, headers })).toMatchObject({
      status: 200,
    });
    expect(await manager.get('/metrics', { client: own, headers })).toMatchObject({ status: 200 });
    const strange = { 'X-Remote-User': 'stranger' };
    expect(await manager.get('/metrics', { client: proxy, headers: strange })).toMatchObject({
      status: 403,
    });

    const next = await TestAuthority.create('next', systemClock.now());
    const client = await readerOf(next);
    expect(await manager.get('/metrics', { client })).toMatchObject({ status: 401 });
    const configMaps = admin.resource<
      KubernetesObject & { readonly data?: Readonly<Record<string, string>> }
    >({
      group: '',
      version: 'v1',
      plural: 'configmaps',
      namespaced: true,
    });
    const ref = { name: 'extension-apiserver-authentication', namespace: 'kube-system' };
    const data = { 'client-ca-file': clientAuthority.certificate + next.certificate };
    await configMaps.patch(ref, { data }, { type: 'merge' });
    for (;;) {
      const { status } = await manager.get('/metrics', { client });
      if (status === 200) break;
      await systemClock.sleep(20);
    }
    expect(await manager.get('/metrics', { client: own })).toMatchObject({ status: 200 });
  }, 60_000);

  // @see docs/reference/contract.md#case-199
  it('does not start where the authorities of the cluster cannot be read', async () => {
    const flag = `--authentication-kubeconfig=${stranger.kubeconfig}`;
    await using manager = await start(flag);
    expect(await manager.exitCode).toBe(1);
    expect(manager.log()).toContain(
      'cannot read the ConfigMap kube-system/extension-apiserver-authentication',
    );
    expect(manager.log()).toContain('extension-apiserver-authentication-reader');
    await using tolerant = await start(flag, '--authentication-tolerate-lookup-failure');
    await tolerant.until('/healthz', ({ status }) => status === 200);
    await using without = await start(flag, '--authentication-skip-lookup');
    await without.until('/healthz', ({ status }) => status === 200);
    expect(without.log()).not.toContain('lookup');
  }, 60_000);

  it('lets nobody in while the API server does not answer, and stays alive', async () => {
    await using manager = await start();
    await manager.until('/healthz', ({ status }) => status === 200);
    await controlPlane.stopApiServer();
    try {
      expect(await manager.get('/metrics', token(reader))).toMatchObject({ status: 500 });
      expect(await manager.get('/livez', token(reader))).toMatchObject({ status: 200 });
    } finally {
      await controlPlane.startApiServer();
    }
    await manager.until('/healthz', ({ status }) => status === 200);
    expect(await manager.get('/metrics', token(reader))).toMatchObject({ status: 200 });
  }, 120_000);
});
