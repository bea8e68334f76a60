import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createConnection, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger, type Node, type Service } from '@k8s-ccm/cloud-provider';
import { startControlPlane, type ControlPlane } from '@k8s-ccm/envtest';
import { systemClock } from '../time/clock.ts';
import { KubeClient } from './kube-client.ts';
import { loadKubeConfig } from '../kubeconfig/kube-config.ts';
import { systemRandom } from '../time/random.ts';

const startLimitMs = 60_000;
let controlPlane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  client = await connect(controlPlane);
}, startLimitMs);

afterAll(async () => {
  await client.close();
  await controlPlane.stop();
});

describe('KubeClient against a real API server', () => {
  const ref = { namespace: 'default', name: 'patched' };

  it('patches in all four ways, and patches the status separately', async () => {
    await client.services.create(service('patched'));
    const merged = await client.services.patch(
      ref,
      { metadata: { annotations: { a: '1' } } },
      { type: 'merge' },
    );
    expect(merged.metadata?.annotations).toMatchObject({ a: '1' });
    const strategic = await client.services.patch(
      ref,
      { spec: { ports: [{ name: 'more', port: 81, protocol: 'TCP' }] } },
      { type: 'strategic' },
    );
    expect(strategic.spec?.ports?.map(({ port }) => port).toSorted()).toEqual([80, 81]);
    const json = await client.services.patch(
      ref,
      [{ op: 'remove', path: '/metadata/annotations/a' }],
      { type: 'json' },
    );
    expect(json.metadata?.annotations?.['a']).toBeUndefined();
    const applied = await client.services.patch(
      ref,
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'patched', labels: { mine: 'yes' } } },
      { type: 'apply', fieldManager: 'test', force: true },
    );
    expect(applied.metadata?.labels).toEqual({ mine: 'yes' });
    const withStatus = await client.services.patch(
      ref,
      { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
      { type: 'merge', subresource: 'status' },
    );
    expect(withStatus.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }]);
  });

  it('reports a conflict, a missing object, an existing one, and a UID that does not match', async () => {
    const created = await client.services.create(service('refused'));
    await client.services.patch(
      { namespace: 'default', name: 'refused' },
      { metadata: { labels: { a: 'b' } } },
      { type: 'merge' },
    );
    await expect(client.services.update(created)).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
    await expect(client.services.create(service('refused'))).rejects.toMatchObject({
      status: 409,
      reason: 'AlreadyExists',
    });
    await expect(client.nodes.get({ name: 'nobody' })).rejects.toMatchObject({
      status: 404,
      reason: 'NotFound',
    });
    await client.nodes.create(node('other-uid'));
    await expect(client.nodes.delete({ name: 'other-uid' }, { uid: 'x' })).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
    await expect(
      client.services.patch(
        { namespace: 'default', name: 'refused' },
        { spec: { ports: [] } },
        { type: 'merge' },
      ),
    ).rejects.toMatchObject({
      status: 422,
      reason: 'Invalid',
      details: { causes: [expect.objectContaining({ field: 'spec.ports' })] },
    });
  });

  it(
    'is refused with 401 for an unknown token and with 403 for a user without permissions',
    async () => {
      await using stranger = await connect(controlPlane, 'nobody-knows-this');
      await expect(stranger.nodes.list()).rejects.toMatchObject({
        status: 401,
        reason: 'Unauthorized',
      });
      const { kubeconfig } = await controlPlane.user('powerless');
      await using powerless = await connect({ kubeconfig });
      await expect(powerless.nodes.list()).rejects.toMatchObject({
        status: 403,
        reason: 'Forbidden',
      });
    },
    startLimitMs,
  );

  it(
    'recognizes the refusal of a version in the future',
    async () => {
      await expect(
        client.nodes.list({ resourceVersion: '999999999', resourceVersionMatch: 'NotOlderThan' }),
      ).rejects.toMatchObject({
        status: 504,
        details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
      });
    },
    startLimitMs,
  );

  it("follows the kubeconfig's settings for verification and the server name", async () => {
    const text = await readFile(controlPlane.kubeconfig, 'utf8');
    const changed = text.replace(
      /"certificate-authority-data": "[^"]*"/,
      '"insecure-skip-tls-verify": true',
    );
    expect(changed).not.toBe(text);
    const kubeconfig = join(controlPlane.folder, 'insecure.yaml');
    await writeFile(kubeconfig, changed);
    await using insecure = await connect({ kubeconfig });
    expect(await insecure.request({ method: 'GET', path: '/readyz' })).toBe('ok');

    const config = await loadKubeConfig({
      kubeconfig: controlPlane.kubeconfig,
      clock: systemClock,
      log: silentLogger,
    });
    await using misnamed = KubeClient.create({
      config: {
        ...config,
        tls: async () => ({ ...(await config.tls()), servername: 'somebody.else' }),
      },
      userAgent: 'test',
      clock: { ...systemClock, sleep: async () => undefined },
      random: systemRandom,
      log: silentLogger,
    });
    await expect(misnamed.nodes.list()).rejects.toThrow(/somebody\.else/);
  });

  it('speaks TLS through a proxy', async () => {
    const proxy = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = createConnection(Number(port), host);
      socket.pipe(upstream).pipe(socket);
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const config = await loadKubeConfig({
      kubeconfig: controlPlane.kubeconfig,
      clock: systemClock,
      log: silentLogger,
    });
    const behindProxy = KubeClient.create({
      config: { ...config, proxyUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
      userAgent: 'test',
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
    });
    expect(await behindProxy.request({ method: 'GET', path: '/readyz' })).toBe('ok');
    await behindProxy.close();
    await new Promise((resolve) => {
      proxy.close(resolve);
    });
  });

  it('requests the health endpoint', async () => {
    expect(await client.request({ method: 'GET', path: '/readyz' })).toBe('ok');
  });

  it('names the host and the reason if the certificate does not match', async () => {
    const config = await loadKubeConfig({
      kubeconfig: controlPlane.kubeconfig,
      clock: systemClock,
      log: silentLogger,
    });
    await using distrustful = KubeClient.create({
      config: { ...config, tls: async () => ({ rejectUnauthorized: true }) },
      userAgent: 'test',
      clock: { ...systemClock, sleep: async () => undefined },
      random: systemRandom,
      log: silentLogger,
    });
    await expect(distrustful.services.create(service('x'))).rejects.toMatchObject({
      code: 'API_CONNECTION_ERROR',
      outcome: 'not-sent',
      message: expect.stringMatching(/no answer from 127\.0\.0\.1:\d+: .*self-signed certificate/),
    });
  });
});

async function connect(
  { kubeconfig }: { readonly kubeconfig: string },
  token?: string,
): Promise<KubeClient> {
  const config = await loadKubeConfig({ kubeconfig, clock: systemClock, log: silentLogger });
  const credentials = {
    headers: async () => ({ authorization: `Bearer ${token}` }),
    refuse: () => undefined,
  };
  return KubeClient.create({
    config: token === undefined ? config : { ...config, credentials },
    userAgent: 'test',
    qps: 0,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  });
}

function node(name: string): Node {
  return { metadata: { name } };
}

function service(name: string): Service {
  return {
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  };
}
