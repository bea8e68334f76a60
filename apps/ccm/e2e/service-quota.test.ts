import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { NodeObject } from './cluster-objects.ts';
import { MemberWatch } from './member-watch.ts';
import { Sandbox } from './sandbox.ts';

describe('a listener that has as many members as its quota', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let serial = 0;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    ccm = await sandbox.startCcm();
  }, 300_000);

  afterEach(async () => {
    await sandbox.cloud.setFaults([]);
    await sandbox.cloud.setMemberRules({});
    const { items } = await sandbox.kube.get<{ items: readonly NodeObject[] }>('/api/v1/nodes');
    for (const { metadata } of items) await sandbox.deleteNode(metadata.name);
  });

  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  /** A Service that is served by these Nodes. */
  async function served(nodes: readonly string[], quota: number) {
    await sandbox.cloud.setMemberRules({ perListener: quota });
    for (const name of nodes) await sandbox.addNode(name);
    serial += 1;
    const name = `quota-${serial}`;
    const businessIp = `10.0.8.${serial}`;
    const slbId = await sandbox.addSlb({ businessIp });
    await sandbox.addService(name, { slbId });
    await sandbox.addresses(name, [businessIp]);
    await sandbox.serving(slbId, idsOf(nodes.slice(0, quota)));
    return { name, slbId };
  }

  it('takes another Node when one leaves, and a Warning names the quota and how many Nodes serve', async () => {
    const { name, slbId } = await served(['node-a', 'node-b', 'node-c'], 3);
    using watch = new MemberWatch(sandbox.emulator);
    await sandbox.addNode('node-d');
    const { type, message } = await sandbox.event(name, 'MemberQuotaReached');
    expect(type).toBe('Warning');
    expect(message).toContain(`the member quota of SLB "${slbId}" is reached`);
    expect(message).toContain('107.003500');
    expect(message).toContain('3 of 4 Nodes get traffic');
    await sandbox.deleteNode('node-a');
    await sandbox.serving(slbId, ['i-node-b', 'i-node-c', 'i-node-d']);
    expect(watch.lapses).toEqual([]);
  });

  it('is filled up in the order of the names, whatever came first', async () => {
    const { name, slbId } = await served(['node-a', 'node-b', 'node-c', 'node-d', 'node-e'], 3);
    const { message } = await sandbox.event(name, 'MemberQuotaReached');
    expect(message).toContain('3 of 5 Nodes get traffic');
    using watch = new MemberWatch(sandbox.emulator);
    await sandbox.deleteNode('node-b');
    await sandbox.serving(slbId, ['i-node-a', 'i-node-c', 'i-node-d']);
    expect(watch.lapses).toEqual([]);
  });

  it('gets all of its Nodes replaced, first removing and then filling up', async () => {
    const { name, slbId } = await served(['node-a', 'node-b', 'node-c'], 3);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    for (const node of ['node-a', 'node-b', 'node-c']) await sandbox.deleteNode(node);
    for (const node of ['node-w', 'node-x', 'node-y', 'node-z']) await sandbox.addNode(node);
    using watch = new MemberWatch(sandbox.emulator);

    ccm = await sandbox.startCcm();
    await sandbox.serving(slbId, ['i-node-w', 'i-node-x', 'i-node-y']);
    await sandbox.event(name, 'MemberQuotaReached', '3 of 4 Nodes get traffic');
    expect(watch.lapses).toEqual([]);
  });

  it('loses the members of Nodes that left also while the cloud refuses every addition', async () => {
    const { slbId } = await served(['node-a', 'node-b', 'node-c'], 3);
    await sandbox.cloud.setFaults([{ operation: 'AddMembers', status: 500 }]);
    await sandbox.addNode('node-d');
    await sandbox.deleteNode('node-a');
    await sandbox.serving(slbId, ['i-node-b', 'i-node-c']);
    await sandbox.cloud.setFaults([]);
    await sandbox.serving(slbId, ['i-node-b', 'i-node-c', 'i-node-d']);
  });

  it('serves as many of a thousand Nodes as fit', async () => {
    const names = Array.from({ length: 1000 }, (_, n) => `node-${String(n).padStart(4, '0')}`);
    const { name, slbId } = await served(names, 500);
    await sandbox.event(name, 'MemberQuotaReached', '500 of 1000 Nodes get traffic');
    // The cloud is asked about 500 more Nodes in a few calls.
    await sandbox.deleteNode('node-0000');
    await sandbox.serving(slbId, idsOf(names.slice(1, 501)));
  }, 300_000);
});

function idsOf(nodes: readonly string[]): readonly string[] {
  return nodes.map((name) => `i-${name}`);
}
