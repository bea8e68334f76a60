import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import { auditFlags, auditedRequests } from './audit-log.ts';
import type { CcmProcess } from './ccm-process.ts';
import { applyManifests, readManifests } from './deploy-manifests.ts';
import type { Manifest } from './deploy-manifests.ts';
import { readHttps } from './https-read.ts';
import { MountedFolder } from './mounted-folder.ts';
import { rightsOf, rightsUsed } from './rbac-rules.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const accounts = '/api/v1/namespaces/kube-system/serviceaccounts';
const uninitialized = 'node.cloudprovider.kubernetes.io/uninitialized';

const managerName = 'cloud-controller-manager';

describe('controllers with service accounts of their own', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let objects: readonly Manifest[];
  let folder: MountedFolder;
  let config: string;
  let port: number;

  beforeAll(async () => {
    sandbox = await Sandbox.start({ apiServerFlags: auditFlags });
    objects = await readManifests('rbac-controller-accounts.yaml');
    await applyManifests(sandbox.kube, objects);
    config = sandbox.cloudConfig(undefined, { routeTableId: 'rtb-1' });
    folder = await MountedFolder.create({ 'cloud-config': config });
    const kubeconfig = await sandbox.kubeconfigOf(`${accounts}/${managerName}`);
    port = await freePort();
    ccm = await sandbox.startCcm({
      args: [
        `--kubeconfig=${kubeconfig}`,
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
        `--secure-port=${port}`,
        `--cloud-config=${folder.pathOf('cloud-config')}`,
        '--leader-elect=true',
        '--use-service-account-credentials',
        '--cluster-cidr=10.244.0.0/16',
        '--route-reconciliation-period=1s',
      ],
    });
  }, 300_000);
  afterAll(async () => {
    await ccm.stop('SIGKILL');
    await sandbox.stop();
    await folder[Symbol.asyncDispose]();
  }, 60_000);

  async function initializedNode(name: string, podCIDR: string): Promise<void> {
    await sandbox.addServer(`i-${name}`, { serverName: name });
    await sandbox.addNode(name, { providerID: '', ip: '', uninitialized: true, podCIDR });
    await sandbox.untilNode(name, ({ spec }) =>
      (spec.taints ?? []).every(({ key }) => key !== uninitialized),
    );
  }

  /** Who sent each kind of write, as `verb resource`. */
  async function writers(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = new Map<string, Set<string>>();
    for (const { verb, user, objectRef } of await auditedRequests(sandbox.controlPlane)) {
      if (['get', 'list', 'watch'].includes(verb)) continue;
      const { resource = '', subresource } = objectRef ?? {};
      const what = `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
      const who = user.username.replace('system:serviceaccount:kube-system:', '');
      found.set(what, (found.get(what) ?? new Set()).add(who));
    }
    return found;
  }

  /** Waits until the log has told something so many times. */
  async function told(text: string, times: number): Promise<void> {
    await until(`"${text}" was told ${times} times`, () => {
      return ccm.output.split(text).length > times;
    });
  }

  /** What was refused to whom. */
  async function refusals(): Promise<readonly string[]> {
    return (await auditedRequests(sandbox.controlPlane))
      .filter(({ responseStatus }) => responseStatus?.code === 403)
      .map(({ user, verb, requestURI }) => `${user.username} ${verb} ${requestURI}`);
  }

  // @see docs/reference/contract.md#case-200
  it('are created for those that start, and write in their own names', async () => {
    // Before there is anything to write.
    await until('the accounts are there', async () => {
      const { items } = await sandbox.kube.get<{
        readonly items: readonly { readonly metadata: { readonly name: string } }[];
      }>(accounts);
      const names = items.map(({ metadata }) => metadata.name).toSorted();
      return (
        names.join(' ') ===
        'cloud-controller-manager node-controller route-controller service-controller'
      );
    });
    await initializedNode('worker', '10.244.1.0/24');
    await sandbox.untilNode('worker', ({ status: { conditions = [] } }) =>
      conditions.some(({ type, status }) => type === 'NetworkUnavailable' && status === 'False'),
    );
    const slbId = await sandbox.addSlb({ businessIp: '10.0.5.1' });
    await sandbox.addService('web', { slbId });
    await sandbox.addresses('web', ['10.0.5.1']);
    await sandbox.event('web', 'EnsuredLoadBalancer');
    await sandbox.event('worker', 'Synced');

    const by = await until('all writes are in the log', async () => {
      const found = await writers();
      return found.get('create events')?.size === 3 && found.has('update leases') && found;
    });
    expect(Object.fromEntries([...by].map(([what, who]) => [what, [...who].toSorted()]))).toEqual({
      'create serviceaccounts': [managerName],
      'create serviceaccounts/token': [managerName],
      'create leases': [managerName],
      'update leases': [managerName],
      'create events': [managerName, 'node-controller', 'service-controller'],
      'patch nodes': ['node-controller'],
      'patch nodes/status': ['node-controller', 'route-controller'],
      'patch services/status': ['service-controller'],
    });
  }, 60_000);

  it('go on when somebody has deleted an account, which revokes its token', async () => {
    await sandbox.kube.delete(`${accounts}/node-controller`);
    let n = 2;
    await until('the account is there again', async () => {
      await initializedNode(`worker-${n}`, `10.244.${n}.0/24`);
      n += 1;
      return (await sandbox.kube.find(`${accounts}/node-controller`)) !== undefined;
    });
    expect(ccm.output).not.toContain('Unauthorized');
  }, 60_000);

  it('leave the manager no right that it does not need', async () => {
    // The second event of the same text is a patch.
    for (const times of [1, 2]) {
      await folder.swap({ 'cloud-config': 'regoin: cn-north-3' });
      await told('keeping the previous one', times);
      await folder.swap({ 'cloud-config': config });
      await told('restored to the one in use', times);
    }
    const { status } = await readHttps(port, '/metrics', sandbox.controlPlane.token);
    expect(status).toBe(200);
    const kinds = ['ClusterRole', 'Role'].map((kind) => {
      const rights = rightsOf(objects.find((object) => object.kind === kind)?.rules ?? []);
      return { kind, name: managerName, rights, named: new Set(rights) };
    });
    await until('every right has been used', async () => {
      const requests = (await auditedRequests(sandbox.controlPlane)).filter(
        ({ user }) => user.username === `system:serviceaccount:kube-system:${managerName}`,
      );
      for (const role of kinds) {
        // Lists come only from API servers that send none by watch.
        const needed = role.rights.filter((right) => !right.startsWith('list '));
        expect(rightsUsed(requests, role)).toEqual(needed);
      }
      return true;
    });
    expect(await refusals()).toEqual([]);
  });
});
