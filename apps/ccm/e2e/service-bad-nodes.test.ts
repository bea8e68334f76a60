import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { NodeSpec } from './cluster-objects.ts';
import { MemberWatch } from './member-watch.ts';
import { Sandbox } from './sandbox.ts';

const instanceId = 'node.beta.kubernetes.io/instance-id';

interface BadNode {
  readonly name: string;
  readonly node: NodeSpec;
  /** What the Warning quotes. */
  readonly quoted: string;
}

describe('a Node that cannot be a member', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let serial = 0;
  /** A Service that serves before the Node comes. */
  let early = '';
  /** A Service that is created when the Node is there. */
  let late = '';

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addServers(['i-good-a', 'i-good-b', 'i-good-c']);
    for (const name of ['good-a', 'good-b']) await addReadyNode(name);
    ccm = await sandbox.startCcm();
  }, 300_000);

  beforeEach(() => {
    serial += 1;
    [early, late] = [`early-${serial}`, `late-${serial}`];
  });

  afterEach(async () => {
    await sandbox.deleteNode('bad');
    for (const name of [early, late]) {
      await sandbox.deleteService(name);
      await sandbox.serviceGone(name);
    }
  });

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  async function addReadyNode(name: string, node: NodeSpec = {}): Promise<void> {
    await sandbox.addNode(name, node);
    await sandbox.setReady(name, 'True');
  }

  /** The Warnings about the bad Node, and how often each came. */
  async function warnings(service: string): Promise<readonly object[]> {
    return (await sandbox.events(service))
      .filter(({ type }) => type === 'Warning')
      .map(({ reason, count }) => ({ reason, count }));
  }

  it.each<BadNode>([
    {
      name: 'the provider ID of another cloud (k3s)',
      node: { providerID: 'k3s://bad' },
      quoted: 'k3s://bad',
    },
    {
      name: 'the provider ID of another cloud (AWS)',
      node: { providerID: 'aws:///eu-west-1a/i-0123456789abcdef0' },
      quoted: 'aws:///eu-west-1a/i-0123456789abcdef0',
    },
    {
      name: 'a server that was just released',
      node: { providerID: 'incloud://i-released' },
      quoted: 'i-released',
    },
    {
      name: 'a typo in its instance-id annotation',
      node: { providerID: '', annotations: { [instanceId]: 'i-god-c' } },
      quoted: 'i-god-c',
    },
  ])(
    'because of $name leaves the members to the others, and one Warning says so',
    async ({ node, quoted }) => {
      const before = await sandbox.addSlb({ businessIp: '10.0.6.1' });
      const after = await sandbox.addSlb({ businessIp: '10.0.6.2' });
      await sandbox.addService(early, { slbId: before });
      await sandbox.addresses(early, ['10.0.6.1']);
      await sandbox.serving(before, ['i-good-a', 'i-good-b']);
      using watch = new MemberWatch(sandbox.emulator);

      await addReadyNode('bad', node);
      await sandbox.addService(late, { slbId: after, ports: [{ port: 80 }, { port: 443 }] });
      await sandbox.addresses(late, ['10.0.6.2']);
      for (const slbId of [before, after]) await sandbox.serving(slbId, ['i-good-a', 'i-good-b']);
      for (const service of [early, late]) {
        const { message } = await sandbox.event(service, 'NodeSkipped', quoted);
        expect(message).toContain('node "bad"');
      }

      // Nodes still come and go.
      await addReadyNode('good-c');
      for (const slbId of [before, after]) {
        await sandbox.serving(slbId, ['i-good-a', 'i-good-b', 'i-good-c']);
      }
      await sandbox.deleteNode('good-c');
      for (const slbId of [before, after]) await sandbox.serving(slbId, ['i-good-a', 'i-good-b']);

      // However often a Service is looked at again, the Node is named once.
      for (const [service, slbId] of [
        [early, before],
        [late, after],
      ] as const) {
        await sandbox.annotate(service, { 'loadbalancer.inspur.com/forward-rule': 'WRR' });
        await sandbox.untilListener(slbId, ({ forwardRule }) => forwardRule === 'WRR');
        await sandbox.untilEvent(
          service,
          ({ reason, count }) => reason === 'EnsuredLoadBalancer' && count > 1,
        );
        expect(await warnings(service)).toEqual([{ reason: 'NodeSkipped', count: 1 }]);
      }
      expect(watch.lapses).toEqual([]);
    },
  );

  it('becomes a member as soon as its annotation is corrected', async () => {
    const before = await sandbox.addSlb({ businessIp: '10.0.6.3' });
    const after = await sandbox.addSlb({ businessIp: '10.0.6.4' });
    await sandbox.addService(early, { slbId: before });
    await sandbox.addresses(early, ['10.0.6.3']);
    await addReadyNode('bad', { providerID: '', annotations: { [instanceId]: 'i-god-c' } });
    await sandbox.addService(late, { slbId: after });
    for (const service of [early, late]) await sandbox.event(service, 'NodeSkipped', 'i-god-c');
    await sandbox.kube.patch('/api/v1/nodes/bad', {
      metadata: { annotations: { [instanceId]: 'i-good-c' } },
    });
    for (const slbId of [before, after]) {
      await sandbox.serving(slbId, ['i-good-a', 'i-good-b', 'i-good-c']);
    }
  });
});
