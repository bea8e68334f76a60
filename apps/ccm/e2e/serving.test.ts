import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import type { CcmProcess } from './ccm-process.ts';
import { readHttps } from './https-read.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

interface Served extends AsyncDisposable {
  readonly ccm: CcmProcess;
  readonly port: number;
}

/** The certificate that is shown on a port of this host. */
async function shownCertificate(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    socket.destroy();
  }
}

/** The names of the checks that pass. */
async function checksOf(port: number, path = '/healthz'): Promise<readonly string[]> {
  const { body } = await readHttps(port, `${path}?verbose`);
  return [...body.matchAll(/^\[\+\](\S+) ok/gm)].map(([, name = '']) => name).toSorted();
}

const controllers = [
  'cloud-node-controller',
  'cloud-node-lifecycle-controller',
  'service-lb-controller',
];

describe('what ccm serves', () => {
  let sandbox: Sandbox;
  let folder: string;
  /** Of the service account that may read the metrics. */
  let reader: string;
  /** Of one that may not. */
  let stranger: string;

  async function tokenOf(name: string): Promise<string> {
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    await sandbox.kube.create(accounts, { metadata: { name } });
    const { status } = await sandbox.kube.create<{ readonly status: { readonly token: string } }>(
      `${accounts}/${name}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    );
    return status.token;
  }

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    folder = await mkdtemp(join(tmpdir(), 'ccm-serving-'));
    [reader, stranger] = await Promise.all([tokenOf('reader'), tokenOf('stranger')]);
    const apiGroup = 'rbac.authorization.k8s.io';
    const rbac = `/apis/${apiGroup}/v1`;
    await sandbox.kube.create(`${rbac}/clusterroles`, {
      metadata: { name: 'metrics-reader' },
      rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }],
    });
    await sandbox.kube.create(`${rbac}/clusterrolebindings`, {
      metadata: { name: 'metrics-reader' },
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'metrics-reader' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'reader' }],
    });
  }, 300_000);
  afterAll(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  /** A `ccm` that serves; it is ready when it answers. */
  async function serve(...args: readonly string[]): Promise<Served> {
    const port = await freePort();
    const { kubeconfig } = sandbox.controlPlane;
    await using unfinished = new AsyncDisposableStack();
    const ccm = unfinished.use(
      await sandbox.startCcm({
        args: [
          '--bind-address=127.0.0.1',
          `--secure-port=${port}`,
          `--authentication-kubeconfig=${kubeconfig}`,
          `--authorization-kubeconfig=${kubeconfig}`,
          ...args,
        ],
      }),
    );
    await until('ccm answers', async () => (await readHttps(port, '/livez')).status === 200);
    unfinished.move();
    return { ccm, port, [Symbol.asyncDispose]: () => ccm[Symbol.asyncDispose]() };
  }

  it('gives the metrics to who may read them, and to nobody else', async () => {
    await using served = await serve();
    const { ccm, port } = served;
    expect((await readHttps(port, '/metrics')).status).toBe(401);
    expect((await readHttps(port, '/metrics', `${reader}x`)).status).toBe(401);
    const refused = await readHttps(port, '/metrics', stranger);
    expect(refused.status).toBe(403);
    expect(JSON.parse(refused.body)).toMatchObject({
      message:
        'forbidden: User "system:serviceaccount:default:stranger" cannot get path "/metrics"',
    });
    const { status, body } = await readHttps(port, '/metrics', reader);
    expect(status).toBe(200);
    expect(body).toContain('running_managed_controllers{');
    expect((await readHttps(port, '/configz', reader)).status).toBe(403);
    for (const token of [reader, stranger]) expect(ccm.output).not.toContain(token);
  });

  it('shows a certificate whose files were replaced, without a restart', async () => {
    await using served = await serve(`--cert-dir=${folder}`);
    const { port } = served;
    const first = await shownCertificate(port);
    const others = dirname(sandbox.controlPlane.caFile);
    await copyFile(join(others, 'apiserver.key'), join(folder, 'cloud-controller-manager.key'));
    await copyFile(join(others, 'apiserver.crt'), join(folder, 'cloud-controller-manager.crt'));
    const apiServer = await shownCertificate(Number(new URL(sandbox.controlPlane.url).port));
    expect(first).not.toBe(apiServer);
    await until(
      'ccm shows the other certificate',
      async () => (await shownCertificate(port)) === apiServer,
    );
    expect((await readHttps(port, '/livez')).status).toBe(200);
  });

  // @see docs/reference/contract.md#case-190
  it('answers for its election on a standby, and for its controllers on the leader', async () => {
    const election = ['--leader-elect=true', '--leader-elect-resource-name=serving'];
    await using leader = await serve(...election);
    await until('the leader has its controllers', async () => {
      return JSON.stringify(await checksOf(leader.port)).includes('service-lb-controller');
    });
    await using standby = await serve(...election);
    await sandbox.untilLogged(standby.ccm, 'another process leads');
    expect(await checksOf(leader.port)).toEqual([...controllers, 'leaderElection'].toSorted());
    expect(await checksOf(standby.port)).toEqual(['leaderElection']);
    expect(await checksOf(standby.port, '/readyz')).toEqual(['cloud-api']);
    expect((await readHttps(leader.port, '/readyz')).status).toBe(200);
  });

  it('profiles itself for those who may do everything', async () => {
    await using served = await serve();
    const { port } = served;
    const { token } = sandbox.controlPlane;
    const { status, body } = await readHttps(port, '/debug/pprof/profile?seconds=0.2', token);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ nodes: expect.any(Array) });
    expect((await readHttps(port, '/debug/pprof/', reader)).status).toBe(403);
  });
});
