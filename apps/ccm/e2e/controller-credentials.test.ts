import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditFlags, auditedRequests } from './audit-log.ts';
import type { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const accounts = '/api/v1/namespaces/kube-system/serviceaccounts';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const uninitialized = 'node.cloudprovider.kubernetes.io/uninitialized';

/** What the manager itself needs where its controllers have accounts of their own; theirs are upstream's. */
const managerRules: readonly object[] = [
  { apiGroups: [''], resources: ['nodes', 'services'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['serviceaccounts', 'serviceaccounts/token'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    verbs: ['get', 'create', 'update'],
  },
];

describe('controllers with service accounts of their own', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start({ apiServerFlags: auditFlags });
    const { kube } = sandbox;
    await kube.create(accounts, { metadata: { name: 'manager' } });
    await kube.create(`${rbac}/clusterroles`, {
      metadata: { name: 'manager' },
      rules: managerRules,
    });
    await kube.create(`${rbac}/clusterrolebindings`, {
      metadata: { name: 'manager' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'manager' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'manager' }],
    });
    ccm = await sandbox.startCcm({
      cloudConfig: sandbox.cloudConfig(undefined, { routeTableId: 'rtb-1' }),
      args: [
        `--kubeconfig=${await sandbox.kubeconfigOf(`${accounts}/manager`)}`,
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

  it('case 200: are created for those that start, and write in their own names', async () => {
    // Before there is anything to write.
    await until('the accounts are there', async () => {
      const { items } = await sandbox.kube.get<{
        readonly items: readonly { readonly metadata: { readonly name: string } }[];
      }>(accounts);
      const names = items.map(({ metadata }) => metadata.name).toSorted();
      return names.join(' ') === 'manager node-controller route-controller service-controller';
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
      'create serviceaccounts': ['manager'],
      'create serviceaccounts/token': ['manager'],
      'create leases': ['manager'],
      'update leases': ['manager'],
      'create events': ['manager', 'node-controller', 'service-controller'],
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
});
