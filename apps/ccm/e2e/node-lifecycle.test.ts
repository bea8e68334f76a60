import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import type { CcmProcess } from './ccm-process.ts';
import { readHttps } from './https-read.ts';
import { Sandbox } from './sandbox.ts';
import type { NodeObject } from './cluster-objects.ts';
import { until } from './until.ts';

const shutdown = 'node.cloudprovider.kubernetes.io/shutdown';
const args = ['--node-monitor-period=200ms', '--node-deletion-grace=500ms'];

describe('a node whose server changes', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  }, 300_000);
  afterEach(async () => {
    await ccm.stop();
    for (const { metadata } of await nodes()) await sandbox.deleteNode(metadata.name);
    await sandbox.cloud.setServers([]);
    await sandbox.cloud.hide([]);
    await sandbox.cloud.deny([]);
    await sandbox.cloud.setFaults([]);
  });
  afterAll(() => sandbox.stop(), 60_000);

  async function nodes(): Promise<readonly NodeObject[]> {
    return (await sandbox.kube.get<{ items: readonly NodeObject[] }>('/api/v1/nodes')).items;
  }

  async function names(): Promise<readonly string[]> {
    return (await nodes()).map(({ metadata }) => metadata.name).toSorted();
  }

  /** A node with its server. */
  async function add(name: string, ready: 'True' | 'False' = 'True'): Promise<void> {
    await sandbox.addServer(`i-${name}`);
    await sandbox.addNode(name);
    await sandbox.setReady(name, ready);
  }

  async function removeServers(...gone: readonly string[]): Promise<void> {
    const { servers } = await sandbox.cloud.state();
    await sandbox.cloud.setServers(servers.filter(({ serverId }) => !gone.includes(serverId)));
  }

  /** Waits until so many more looks at the cloud have been answered: rounds have then passed. */
  async function looks(count: number): Promise<void> {
    const mark = await sandbox.mark();
    await until(`${count} more looks at the servers`, async () => {
      const { calls } = await sandbox.cloud.calls(mark);
      return calls.filter(({ operation }) => operation === 'ListServers').length >= count;
    });
  }

  it('has the shutdown taint while the server is stopped, until the node is Ready again', async () => {
    await add('stopped', 'False');
    await add('witness');
    await sandbox.cloud.put({ servers: [{ serverId: 'i-stopped', status: 'stopped' }] });
    ccm = await sandbox.startCcm({ args });
    await sandbox.untilNode('stopped', ({ spec }) =>
      (spec.taints ?? []).some(({ key, effect }) => key === shutdown && effect === 'NoSchedule'),
    );
    await sandbox.cloud.put({ servers: [{ serverId: 'i-stopped', status: 'active' }] });
    await sandbox.setReady('stopped', 'True');
    await sandbox.untilNode('stopped', ({ spec }) =>
      (spec.taints ?? []).every(({ key }) => key !== shutdown),
    );
    expect(await names()).toEqual(['stopped', 'witness']);
  });

  it('goes after two rounds where it is not Ready and the server is gone; a Ready one stays', async () => {
    for (const name of ['gone', 'gone-but-ready', 'witness']) await add(name);
    await sandbox.setReady('gone', 'False');
    await removeServers('i-gone', 'i-gone-but-ready');
    ccm = await sandbox.startCcm({ args });
    await until('the node is gone', async () => !(await names()).includes('gone'));
    expect(await names()).toEqual(['gone-but-ready', 'witness']);
    expect(await sandbox.event('gone', 'DeletingNode')).toMatchObject({
      message: 'Deleting node gone because it does not exist in the cloud provider',
    });
  });

  it.each(['empty', 'code'] as const)(
    'stays where the permission for all servers is lost (%s), and an event and the metric say so',
    async (as) => {
      const lost = ['one', 'two', 'three'].map((name) => `${name}-${as}`);
      for (const name of lost) await add(name, 'False');
      await add('witness');
      const port = await freePort();
      ccm = await sandbox.startCcm({ args: [...args, ...sandbox.servingArgs(port)] });
      await sandbox.cloud.deny(['ecs'], as);
      await looks(10);
      expect(await names()).toEqual([...lost, 'witness'].toSorted());
      for (const name of lost) {
        expect(await sandbox.event(name, 'NodeDeletionBlocked')).toMatchObject({ type: 'Warning' });
      }
      await until('the metric counts what was held back', async () => {
        const { body } = await readHttps(port, '/metrics', sandbox.controlPlane.token);
        return /^node_lifecycle_controller_node_deletion_blocked_total\{reason="[a-z-]+"\} [1-9]/m.test(
          body,
        );
      });
    },
  );

  it('stays where the server is not listed for a while after it was created', async () => {
    ccm = await sandbox.startCcm({ args: [...args, '--node-deletion-grace=2m'] });
    await add('witness');
    await sandbox.addServer('i-new');
    await sandbox.cloud.hide(['i-new']);
    await sandbox.addNode('new');
    await sandbox.setReady('new', 'False');
    await looks(10);
    await sandbox.cloud.hide([]);
    await looks(3);
    expect(await names()).toEqual(['new', 'witness']);
  });

  it('stays where it has no id and no server has its name, though it joins and is not Ready', async () => {
    await add('witness');
    await add('gone');
    await sandbox.addNode('joining', { providerID: '', uninitialized: true });
    await sandbox.setReady('joining', 'False');
    const annotations = { 'node.beta.kubernetes.io/instance-id': 'i-mistyped' };
    await sandbox.addNode('mistyped', { providerID: '', annotations, uninitialized: true });
    await sandbox.setReady('mistyped', 'False');
    await sandbox.setReady('gone', 'False');
    await removeServers('i-gone');
    ccm = await sandbox.startCcm({ args });
    await until('the node whose server is gone is gone', async () => {
      return !(await names()).includes('gone');
    });
    await looks(10);
    expect(await names()).toEqual(['joining', 'mistyped', 'witness']);
    for (const name of ['joining', 'mistyped']) {
      expect(await sandbox.event(name, 'NodeDeletionBlocked')).toMatchObject({ type: 'Warning' });
    }
  });

  it('goes only within the budget where half of all servers vanish at once', async () => {
    const all = Array.from({ length: 20 }, (_, n) => `half-${String(n).padStart(2, '0')}`);
    for (const name of all) await add(name);
    const lost = all.slice(10);
    for (const name of lost) await sandbox.setReady(name, 'False');
    await removeServers(...lost.map((name) => `i-${name}`));
    ccm = await sandbox.startCcm({ args });
    await until('the budget is used up', async () => (await nodes()).length <= 18);
    await looks(10);
    expect(await nodes()).toHaveLength(18);
    expect((await names()).filter((name) => !lost.includes(name))).toHaveLength(10);
    await until('a kept node says why', async () => {
      const blocked = await Promise.all(
        lost.map(async (name) => (await sandbox.events(name)).map(({ reason }) => reason)),
      );
      return blocked.filter((reasons) => reasons.includes('NodeDeletionBlocked')).length >= 8;
    });
  });

  it('stays while the cloud cannot be asked, and all goes on afterwards', async () => {
    await add('down', 'False');
    await add('witness');
    await removeServers('i-down');
    await sandbox.cloud.setFaults([{ path: '/ecs', status: 500 }]);
    ccm = await sandbox.startCcm({ args });
    const mark = await sandbox.mark();
    await until('the cloud was asked often', async () => {
      return (await sandbox.cloud.calls(mark)).calls.length > 20;
    });
    expect(await names()).toEqual(['down', 'witness']);
    await sandbox.cloud.setFaults([]);
    await until('the node is gone', async () => !(await names()).includes('down'));
  });

  it('stays where the node was made anew under its name', async () => {
    await add('reborn', 'False');
    await add('witness');
    ccm = await sandbox.startCcm({ args });
    await removeServers('i-reborn');
    await sandbox.deleteNode('reborn');
    await add('reborn', 'False');
    await looks(10);
    expect(await names()).toEqual(['reborn', 'witness']);
  });
});
