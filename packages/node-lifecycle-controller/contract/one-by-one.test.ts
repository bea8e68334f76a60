import { afterEach, describe, expect, it } from '@jest/globals';
import type { MemoryCloud } from './memory-cloud.ts';
import { VirtualController, oneByOne } from './virtual-controller.ts';

const tenMinutes = 600_000;

describe('a provider without survey', () => {
  let virtual: VirtualController;

  afterEach(() => virtual.stop());

  function start(ready: 'True' | 'False', withAccess: boolean): VirtualController {
    virtual = new VirtualController({
      instances: (cloud: MemoryCloud) => ({
        ...oneByOne(cloud),
        ...(withAccess ? { confirmAccess: () => cloud.confirmAccess() } : {}),
      }),
    });
    virtual.addNode('node-a');
    virtual.addNode('other', ready);
    virtual.loseServer('node-a');
    return virtual;
  }

  it.each<['True' | 'False', boolean, boolean]>([
    ['True', true, true],
    ['False', true, true],
    ['True', false, true],
    ['False', false, false],
  ])(
    'deletes after ten minutes where access can be confirmed (other Node Ready=%s, confirmAccess %s: %s)',
    async (ready, withAccess, isDeleted) => {
      const { clock, cluster } = start(ready, withAccess);
      await clock.advance(2_000);
      virtual.start();
      await clock.advance(tenMinutes - 5_000);
      expect(cluster.find('node-a')).toBeDefined();
      await clock.advance(60_000);
      expect(cluster.find('node-a') === undefined).toBe(isDeleted);
      expect(cluster.find('other')).toBeDefined();
    },
  );
});

describe('a shutdown taint', () => {
  it('is not looked at again while the cache does not show that it was written', async () => {
    const virtual = new VirtualController();
    const { clock, cluster, cloud } = virtual;
    const uid = virtual.addNode('node-a', 'False');
    virtual.addNode('other');
    cloud.servers.set(uid, 'stopped');
    const { get } = cluster.client;
    const gets: string[] = [];
    Object.assign(cluster.client, {
      get: (...args: Parameters<typeof get>) => {
        gets.push(args[0].name);
        return get(...args);
      },
    });
    await clock.advance(2_000);
    cluster.lagMs = 9_000;
    virtual.start();
    await clock.advance(8_000);
    expect(cluster.find('node-a')?.spec?.taints).toHaveLength(1);
    expect(gets).toEqual(['node-a']);
    await virtual.stop();
  });
});

describe('a deletion without proof', () => {
  it('comes with the first answer, whatever grace and budget say', async () => {
    const virtual = new VirtualController({ proof: 'none', graceMs: 120_000, budget: '1' });
    for (const name of ['a', 'b', 'c']) {
      virtual.addNode(name);
      virtual.loseServer(name);
    }
    virtual.start();
    await virtual.clock.advance(0);
    expect(virtual.cluster.nodes).toEqual([]);
    expect(virtual.cloud.surveys).toEqual([]);
    await virtual.stop();
  });
});

/** Without proof; the server of the Node `slow` takes 12 s to tell of. */
function slowly(): { virtual: VirtualController; asked: string[] } {
  const asked: string[] = [];
  const virtual: VirtualController = new VirtualController({
    proof: 'none',
    instances: (cloud) => ({
      ...oneByOne(cloud),
      exists: async (node) => {
        const { name = '', uid = '' } = node.metadata ?? {};
        const exists = cloud.servers.has(uid);
        asked.push(name);
        if (name === 'slow') await virtual.clock.sleep(12_000);
        return exists;
      },
    }),
  });
  virtual.addNode('slow', 'False');
  virtual.addNode('quick', 'False');
  return { virtual, asked };
}

describe('a cloud that answers slowly about one server', () => {
  it('holds up no other, and is not asked again before it has answered', async () => {
    const { virtual, asked } = slowly();
    virtual.start();
    await virtual.clock.advance(14_000);
    expect(asked).toEqual(['slow', 'quick', 'quick', 'quick']);
    await virtual.clock.advance(1_000);
    expect(asked.slice(4).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['quick', 'slow']);
    await virtual.stop();
  });

  it('says nothing of another Node that has come under the name meanwhile', async () => {
    const { virtual } = slowly();
    virtual.loseServer('slow');
    virtual.start();
    await virtual.clock.advance(2_000);
    virtual.cluster.remove('slow');
    const uid = virtual.addNode('slow', 'False');
    await virtual.clock.advance(60_000);
    expect(virtual.cluster.find('slow')?.metadata?.uid).toBe(uid);
    expect(virtual.events).toEqual([]);
    await virtual.stop();
  });

  it('is asked by rounds only, not by what the Node does between them', async () => {
    const { virtual, asked } = slowly();
    virtual.start();
    await virtual.clock.advance(1_000);
    const taints = [{ key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' }];
    virtual.cluster.taint('quick', taints);
    virtual.cluster.setReady('quick', 'True');
    virtual.cluster.setReady('quick', 'False');
    await virtual.clock.advance(1_000);
    expect(asked).toEqual(['slow', 'quick']);
    await virtual.stop();
  });
});

describe('the shutdown taint', () => {
  it('comes and goes with proof as without', async () => {
    const virtual = new VirtualController();
    const uid = virtual.addNode('node-a', 'False');
    virtual.cloud.servers.set(uid, 'stopped');
    virtual.start();
    await virtual.clock.advance(0);
    const taint = { key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' };
    expect(virtual.cluster.find('node-a')?.spec?.taints).toEqual([taint]);
    virtual.cloud.servers.set(uid, 'running');
    await virtual.clock.advance(60_000);
    expect(virtual.cluster.find('node-a')?.spec?.taints).toEqual([taint]);
    virtual.cluster.setReady('node-a', 'True');
    await virtual.clock.advance(0);
    expect(virtual.cluster.find('node-a')?.spec?.taints ?? []).toEqual([]);
    expect(virtual.events).toEqual([]);
    await virtual.stop();
  });

  it('is taken off by the next round where the first try failed', async () => {
    const virtual = new VirtualController();
    const uid = virtual.addNode('node-a', 'False');
    virtual.cloud.servers.set(uid, 'stopped');
    virtual.start();
    await virtual.clock.advance(0);
    virtual.cluster.refusedPatches = 1;
    virtual.cluster.setReady('node-a', 'True');
    await virtual.clock.advance(0);
    expect(virtual.cluster.find('node-a')?.spec?.taints).toHaveLength(1);
    await virtual.clock.advance(5_000);
    expect(virtual.cluster.find('node-a')?.spec?.taints ?? []).toEqual([]);
    await virtual.stop();
  });
});
