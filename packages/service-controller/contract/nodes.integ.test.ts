import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ImplementedElsewhereError } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider, throws } from '@k8s-ccm/cloud-provider/testing';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { RunningController } from './running-controller.ts';
import { TestCluster } from './test-cluster.ts';

const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

describe('service: node sync', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  }, 300_000);
  afterEach(() => cluster.reset());
  afterAll(() => cluster.stop());

  /** A controller that has ensured the Service `web` with the nodes that exist. */
  async function served(provider: FakeCloudProvider): Promise<RunningController> {
    const controller = await cluster.startController({ provider, clock: new FakeClock() });
    await cluster.createService('web');
    await controller.settled();
    provider.clearCalls();
    return controller;
  }

  // @see docs/reference/contract.md#case-134
  it('a new node becomes a host of every load balancer', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    await cluster.createService('other');
    const controller = await served(provider);
    await settledAfter(controller, await cluster.createNode('node-b'));
    expect(hostsOf(provider)).toEqual([['node-a', 'node-b']]);
    expect(controller.ended('update', 'other')).toBe(1);
    expect(await cluster.event(await cluster.service('web'), 'UpdatedLoadBalancer')).toMatchObject({
      type: 'Normal',
      message: 'Updated load balancer with new hosts',
    });
  });

  // @see docs/reference/contract.md#case-135
  it('a deleted node is a host no more', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    await cluster.createNode('node-b');
    const controller = await served(provider);
    await cluster.deleteNode('node-b');
    await controller.sawNodeGo('node-b');
    await controller.settled();
    expect(hostsOf(provider)).toEqual([['node-a']]);
  });

  // @see docs/reference/contract.md#case-136
  it.each(['Cluster', 'Local'])(
    'readiness does not matter with the policy %s',
    async (externalTrafficPolicy) => {
      const provider = new FakeCloudProvider();
      await cluster.createNode('node-a');
      const controller = await cluster.startController({ provider });
      await cluster.createService('web', { externalTrafficPolicy });
      await controller.settled();
      for (const status of ['True', 'False', 'True']) {
        const node = await cluster.client.nodes.patch(
          { name: 'node-a' },
          { status: { conditions: [{ type: 'Ready', status }] } },
          { type: 'strategic', subresource: 'status' },
        );
        await settledAfter(controller, node);
      }
      expect(hostsOf(provider)).toEqual([]);
    },
  );

  // @see docs/reference/contract.md#case-137
  // @see docs/reference/contract.md#case-139
  it.each(['', 'true', '1', 'foo'])(
    'a node leaves with the exclude label "%s" and comes back without it',
    async (value) => {
      const provider = new FakeCloudProvider();
      await cluster.createNode('node-a');
      await cluster.createNode('node-b');
      const controller = await served(provider);
      await settledAfter(
        controller,
        await cluster.patchNode('node-b', { metadata: { labels: { [excludeLabel]: value } } }),
      );
      await settledAfter(
        controller,
        await cluster.patchNode('node-b', { metadata: { labels: { [excludeLabel]: null } } }),
      );
      expect(hostsOf(provider)).toEqual([['node-a'], ['node-a', 'node-b']]);
    },
  );

  // @see docs/reference/contract.md#case-138
  it.each(['false', '0'])('a node with the exclude label "%s" stays a host', async (value) => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    await settledAfter(
      controller,
      await cluster.patchNode('node-a', { metadata: { labels: { [excludeLabel]: value } } }),
    );
    expect(hostsOf(provider)).toEqual([]);
  });

  it.each([
    // @see docs/reference/contract.md#case-140
    [
      'about to be removed by the autoscaler',
      { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] } },
    ],
    // @see docs/reference/contract.md#case-142
    ['being deleted', 'delete'],
  ] as const)('%s, a node leaves with the next sync for another reason', async (_name, change) => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    await cluster.createNode('node-b', { finalizers: ['example.com/other'] });
    const controller = await served(provider);
    if (change === 'delete') await cluster.deleteNode('node-b');
    const node =
      change === 'delete'
        ? await cluster.client.nodes.get({ name: 'node-b' })
        : await cluster.patchNode('node-b', change);
    await settledAfter(controller, node);
    expect(hostsOf(provider)).toEqual([]);
    await settledAfter(controller, await cluster.createNode('node-c'));
    expect(hostsOf(provider)).toEqual([['node-a', 'node-c']]);
  });

  // @see docs/reference/contract.md#case-141
  it.each([
    ['taint', { spec: { taints: [{ key: 'example.com/other', effect: 'NoSchedule' }] } }],
    ['label', { metadata: { labels: { other: 'yes' } } }],
  ])('another %s does not matter', async (_what, patch) => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    await settledAfter(controller, await cluster.patchNode('node-a', patch));
    expect(hostsOf(provider)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-143
  it('a provider id that is set changes the hosts', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    await settledAfter(
      controller,
      await cluster.patchNode('node-a', { spec: { providerID: 'fake://1' } }),
    );
    expect(hostsOf(provider)).toEqual([['node-a']]);
  });

  it('an address that a node gets later changes the hosts where they are made of addresses', async () => {
    const provider = new FakeCloudProvider({
      hostKey: ({ status }) => JSON.stringify(status?.addresses ?? []),
    });
    await cluster.createNode('node-a');
    const controller = await served(provider);
    const node = await cluster.client.nodes.patch(
      { name: 'node-a' },
      { status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] } },
      { type: 'merge', subresource: 'status' },
    );
    await settledAfter(controller, node);
    expect(hostsOf(provider)).toEqual([['node-a']]);
  });

  // @see docs/reference/contract.md#case-144
  it('a node replaced by one of another name changes the hosts', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    await cluster.deleteNode('node-a');
    await controller.sawNodeGo('node-a');
    await settledAfter(controller, await cluster.createNode('node-b'));
    expect(hostsOf(provider).at(-1)).toEqual(['node-b']);
  });

  // @see docs/reference/contract.md#case-145
  it('a node that ensure has seen already causes no update', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    await cluster.createService('web');
    const controller = await cluster.startController({ provider });
    await controller.settled();
    expect(provider.calls({ operation: 'create', service: 'default/web' })).toMatchObject([
      { nodeNames: ['node-a'] },
    ]);
    expect(hostsOf(provider)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-145
  it('a node that comes and is excluded changes no set and causes no update', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    await settledAfter(
      controller,
      await cluster.createNode('node-b', { labels: { [excludeLabel]: 'true' } }),
    );
    expect(hostsOf(provider)).toEqual([]);
  });

  // @see docs/reference/contract.md#case-146
  it('nodes that are not ready, cordoned, uninitialized or of the control plane are hosts', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('not-ready');
    await cluster.createNode('cordoned', {}, { unschedulable: true });
    await cluster.createNode(
      'uninitialized',
      {},
      {
        taints: [
          {
            key: 'node.cloudprovider.kubernetes.io/uninitialized',
            value: 'true',
            effect: 'NoSchedule',
          },
        ],
      },
    );
    await cluster.createNode('control-plane', {
      labels: { 'node-role.kubernetes.io/control-plane': '' },
    });
    const controller = await cluster.startController({ provider });
    await cluster.createService('web');
    await controller.called('create', 'web');
    const [call] = provider.calls({ operation: 'create', service: 'default/web' });
    expect(call?.nodeNames?.toSorted()).toEqual([
      'control-plane',
      'cordoned',
      'not-ready',
      'uninitialized',
    ]);
  });

  // @see docs/reference/contract.md#case-147
  it('a failed update is told, counted, and followed by an ensure', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    provider.answer('update', throws(new Error('refused')), { service: 'default/web' });
    await settledAfter(controller, await cluster.createNode('node-b'));
    const event = await cluster.event(await cluster.service('web'), 'UpdateLoadBalancerFailed');
    expect(event).toMatchObject({
      type: 'Warning',
      message:
        'Error updating load balancer with new hosts [node-a node-b] [node names limited, total number of nodes: 2], error: refused',
    });
    expect(provider.operations({ service: 'default/web' })).toEqual(['update', 'get', 'create']);
    expect(await controller.metrics.render()).toMatch(
      /^service_controller_nodesync_error_total 1$/m,
    );
  });

  // @see docs/reference/contract.md#case-148
  it('a failed update of a load balancer that is gone is no failure', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    provider.answer('update', throws(new Error('refused')), { service: 'default/web' });
    provider.answer('get', () => undefined, { service: 'default/web' });
    await settledAfter(controller, await cluster.createNode('node-b'));
    expect(provider.operations({ service: 'default/web' })).toEqual(['update', 'get']);
    expect(await cluster.reasons(await cluster.service('web'))).not.toContain(
      'UpdateLoadBalancerFailed',
    );
  });

  // @see docs/reference/contract.md#case-149
  it('an update implemented elsewhere is silent', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    provider.answer('update', throws(new ImplementedElsewhereError()), { service: 'default/web' });
    await settledAfter(controller, await cluster.createNode('node-b'));
    expect(provider.operations({ service: 'default/web' })).toEqual(['update']);
    const reasons = await cluster.reasons(await cluster.service('web'));
    expect(reasons).not.toContain('UpdatedLoadBalancer');
    expect(reasons).not.toContain('UpdateLoadBalancerFailed');
  });

  // @see docs/reference/contract.md#case-150
  it('when the last node leaves, the hosts are none and a Warning says so', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createNode('node-a');
    const controller = await served(provider);
    await cluster.deleteNode('node-a');
    await controller.sawNodeGo('node-a');
    await controller.settled();
    expect(hostsOf(provider)).toEqual([[]]);
    await cluster.event(await cluster.service('web'), 'UnAvailableLoadBalancer');
  });

  // @see docs/reference/contract.md#case-151
  it('a failed update names 20 nodes and counts the rest', async () => {
    const provider = new FakeCloudProvider();
    const names = Array.from({ length: 23 }, (_, index) => `node-${10 + index}`);
    for (const name of names.slice(1)) await cluster.createNode(name);
    const controller = await served(provider);
    provider.answer('update', throws(new Error('refused')), { service: 'default/web' });
    await settledAfter(controller, await cluster.createNode('node-10'));
    const event = await cluster.event(await cluster.service('web'), 'UpdateLoadBalancerFailed');
    expect(event.message).toBe(
      `Error updating load balancer with new hosts [${names.slice(0, 20).join(' ')} <3 more>] [node names limited, total number of nodes: 23], error: refused`,
    );
  });

  // @see docs/reference/contract.md#case-152
  it('Services that are none of ours cause no cloud call', async () => {
    const provider = new FakeCloudProvider();
    await cluster.createService('cluster-ip', { type: 'ClusterIP' });
    await cluster.createService('classy', { loadBalancerClass: 'example.com/other' });
    const controller = await cluster.startController({ provider });
    await settledAfter(controller, await cluster.createNode('node-a'));
    expect(provider.calls({ service: 'default/cluster-ip' })).toEqual([]);
    expect(provider.calls({ service: 'default/classy' })).toEqual([]);
  });

  // @see docs/reference/contract.md#case-153
  it('updates of hosts are counted, ensures are not', async () => {
    const provider = new FakeCloudProvider();
    const controller = await served(provider);
    await settledAfter(controller, await cluster.createNode('node-a'));
    await settledAfter(controller, await cluster.createNode('node-b'));
    expect(controller.ended('update', 'web')).toBe(2);
    expect(await controller.metrics.render()).toMatch(
      /^service_controller_loadbalancer_sync_total 2$/m,
    );
  });
});

/** Waits until the controller has seen the node's change and done what it does about it. */
async function settledAfter(controller: RunningController, node: Node): Promise<void> {
  await controller.sawNode(node);
  await controller.settled();
}

function hostsOf(provider: FakeCloudProvider): readonly (readonly string[] | undefined)[] {
  return provider
    .calls({ operation: 'update', service: 'default/web' })
    .map(({ nodeNames }) => nodeNames?.toSorted());
}
