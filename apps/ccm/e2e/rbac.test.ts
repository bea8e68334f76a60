import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import { auditFlags, auditedRequests } from './audit-log.ts';
import type { AuditedRequest } from './audit-log.ts';
import { rightsOf, rightsUsed } from './rbac-rules.ts';
import type { NodeObject } from './cluster-objects.ts';
import { applyManifests, readManifests } from './deploy-manifests.ts';
import type { Manifest } from './deploy-manifests.ts';
import { readHttps } from './https-read.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const account = '/api/v1/namespaces/kube-system/serviceaccounts/cloud-controller-manager';
const username = 'system:serviceaccount:kube-system:cloud-controller-manager';
const shutdown = 'node.cloudprovider.kubernetes.io/shutdown';

const networkIsUp = ({ status: { conditions = [] } }: NodeObject): boolean =>
  conditions.some(({ type, status }) => type === 'NetworkUnavailable' && status === 'False');
const isShutDown = ({ spec }: NodeObject): boolean =>
  (spec.taints ?? []).some(({ key }) => key === shutdown);

describe('the roles of deploy/rbac.yaml', () => {
  let sandbox: Sandbox;
  let objects: readonly Manifest[];
  let requests: readonly AuditedRequest[];

  /** All that ccm does for a cluster, under these roles alone. */
  async function work(): Promise<void> {
    const kubeconfig = await sandbox.kubeconfigOf(account);
    const port = await freePort();
    await using ccm = await sandbox.startCcm({
      cloudConfig: sandbox.cloudConfig(undefined, { routeTableId: 'rtb-1' }),
      args: [
        `--kubeconfig=${kubeconfig}`,
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
        '--leader-elect=true',
        `--secure-port=${port}`,
        '--cluster-cidr=10.244.0.0/16',
        '--node-monitor-period=200ms',
        '--node-deletion-grace=500ms',
      ],
    });
    await sandbox.addServer('i-worker', { serverName: 'worker' });
    await sandbox.addServer('i-lost', { serverName: 'lost' });
    for (const name of ['worker', 'lost']) {
      await sandbox.addNode(name, {
        providerID: '',
        ip: '',
        uninitialized: true,
        podCIDR: name === 'worker' ? '10.244.1.0/24' : '10.244.2.0/24',
      });
      await sandbox.untilNode(name, ({ spec }) => spec.providerID === `incloud://i-${name}`);
    }
    await sandbox.untilNode('worker', networkIsUp);

    const slbId = await sandbox.addSlb();
    await sandbox.addService('web', { slbId });
    await sandbox.listening(slbId, ['TCP/80']);
    await sandbox.setPorts('web', [{ port: 81 }]);
    await sandbox.listening(slbId, ['TCP/81']);
    await sandbox.untilEvent('web', ({ count }) => count > 1);
    await sandbox.deleteService('web');
    await sandbox.serviceGone('web');

    await sandbox.setReady('worker', 'False');
    await sandbox.cloud.put({ servers: [{ serverId: 'i-worker', status: 'stopped' }] });
    await sandbox.untilNode('worker', isShutDown);
    await sandbox.cloud.put({ servers: [{ serverId: 'i-worker', status: 'active' }] });
    await sandbox.setReady('worker', 'True');
    await sandbox.untilNode('worker', (node) => !isShutDown(node));

    await sandbox.setReady('lost', 'False');
    const { servers } = await sandbox.cloud.state();
    await sandbox.cloud.setServers(servers.filter(({ serverId }) => serverId !== 'i-lost'));
    await until('the lost node is gone', async () => {
      return (await sandbox.findNode('lost')) === undefined;
    });

    await until('the metrics are served to who may read them', async () => {
      const { status } = await readHttps(port, '/metrics', sandbox.controlPlane.token);
      return status === 200;
    });
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
  }

  /** Under the roles alone, what ccm asks of an API server that sends no lists by watch. */
  async function workOnOlderApiServer(): Promise<readonly AuditedRequest[]> {
    const older = await Sandbox.start({
      apiServerFlags: [...auditFlags, '--feature-gates=WatchList=false'],
    });
    try {
      await applyManifests(older.kube, objects);
      const kubeconfig = await older.kubeconfigOf(account);
      await using ccm = await older.startCcm({ args: [`--kubeconfig=${kubeconfig}`] });
      await older.addServer('i-worker', { serverName: 'worker' });
      await older.addNode('worker', { providerID: '', ip: '', uninitialized: true });
      await older.untilNode('worker', ({ spec }) => spec.providerID === 'incloud://i-worker');
      await ccm.stop();
      return await auditedRequests(older.controlPlane);
    } finally {
      await older.stop();
    }
  }

  beforeAll(async () => {
    sandbox = await Sandbox.start({ apiServerFlags: auditFlags });
    objects = await readManifests('rbac.yaml');
    await applyManifests(sandbox.kube, objects);
    await work();
    const all = [
      ...(await auditedRequests(sandbox.controlPlane)),
      ...(await workOnOlderApiServer()),
    ];
    requests = all.filter(({ user }) => user.username === username);
  }, 300_000);
  afterAll(() => sandbox.stop(), 60_000);

  it('let ccm do all of its work', () => {
    const refused = requests.filter(({ responseStatus }) => responseStatus?.code === 403);
    expect(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  });

  it.each([{ kind: 'ClusterRole' }, { kind: 'Role' }])(
    'give no right by the $kind that ccm does not need',
    ({ kind }) => {
      const rules = objects.find((object) => object.kind === kind)?.rules ?? [];
      const rights = rightsOf(rules);
      const role = { kind, name: 'cloud-controller-manager', named: new Set(rights) };
      expect(rights).not.toEqual([]);
      expect(rightsUsed(requests, role)).toEqual(rights);
    },
  );

  it.each([
    { kind: 'Role', name: 'extension-apiserver-authentication-reader' },
    { kind: 'ClusterRole', name: 'system:auth-delegator' },
  ])('bind the $kind $name, which ccm needs', (role) => {
    expect(rightsUsed(requests, { ...role, named: new Set() })).not.toEqual([]);
  });
});
