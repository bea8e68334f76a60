import { afterEach, describe, expect, it } from '@jest/globals';
import { VirtualController, oneByOne } from './virtual-controller.ts';
import type { VirtualControllerOptions } from './virtual-controller.ts';

const tenMinutes = 600_000;
const blocked = 'NodeDeletionBlocked';
const deleting = 'DeletingNode';
const keepNode = 'cloudprovider.k8s-ccm.io/keep-node';

/** The controller in virtual time, with rounds 5 s apart. */
describe('a deletion with proof', () => {
  let virtual: VirtualController;

  afterEach(() => virtual.stop());

  function given(ready: number, options: VirtualControllerOptions = {}): VirtualController {
    virtual = new VirtualController(options);
    for (let index = 0; index < ready; index += 1) virtual.addNode(`ready-${index}`);
    virtual.addNode('node-a');
    return virtual;
  }

  function exists(name = 'node-a'): boolean {
    return virtual.cluster.find(name) !== undefined;
  }

  async function blockedCount(reason: string): Promise<number> {
    const text = await virtual.metrics.render();
    const [, count] =
      new RegExp(`deletion_blocked_total\\{reason="${reason}"\\} (\\d+)`).exec(text) ?? [];
    return Number(count ?? 0);
  }

  it('needs two rounds, and comes with the second', async () => {
    const { cluster, clock, cloud } = given(1);
    cluster.onDeleted = () => expect(virtual.reasons('node-a')).toEqual([deleting]);
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(4_999);
    expect([cloud.surveys.length, exists()]).toEqual([1, true]);
    await clock.advance(1);
    expect([cloud.surveys.length, exists()]).toEqual([2, false]);
    expect(virtual.events).toEqual([
      {
        node: 'node-a',
        reason: deleting,
        message: 'Deleting node node-a because it does not exist in the cloud provider',
      },
    ]);
  });

  it('makes no call at all while every Node is Ready', async () => {
    const { clock, cloud } = given(5);
    virtual.start();
    await clock.advance(60_000);
    expect(cloud.surveys).toEqual([]);
  });

  it('asks in one call for all that are not Ready and for three of the Ready', async () => {
    const { clock, cloud, cluster } = given(40);
    for (const index of [1, 2, 3]) cluster.setReady(`ready-${index}`, 'False');
    virtual.start();
    await clock.advance(5_000);
    expect(cloud.surveys.map((names) => names.length)).toEqual([6, 6]);
    expect(cloud.surveys[0]?.slice(0, 3)).toEqual(['ready-1', 'ready-2', 'ready-3']);
    expect(cloud.surveys[1]).toEqual(cloud.surveys[0]);
  });

  it('needs a witness in the very answer that lacks the server', async () => {
    const { clock, cloud } = given(5);
    virtual.addNode('node-b');
    for (const name of ['node-a', 'node-b']) virtual.loseServer(name);
    cloud.unwitnessed = () => new Set(['node-a']);
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(tenMinutes);
    expect([exists('node-a'), exists('node-b')]).toEqual([true, false]);
    expect(cloud.witnesses[0]).toEqual(cloud.surveys[0]?.slice(2));
    expect(virtual.events.find(({ node }) => node === 'node-a')?.message).toContain(
      'so is the server of every Ready node that was asked for',
    );
    cloud.unwitnessed = () => new Set();
    await clock.advance(5_000);
    expect(exists('node-a')).toBe(true);
    await clock.advance(5_000);
    expect(exists('node-a')).toBe(false);
  });

  it('finds a witness among Ready Nodes that stand outside the cloud', async () => {
    const { clock, cloud, cluster } = given(10);
    for (let index = 0; index < 9; index += 1) {
      cloud.servers.delete(cluster.find(`ready-${index}`)?.metadata?.uid ?? '');
    }
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(30_000);
    expect(exists()).toBe(false);
  });

  it('waits for the grace of a new Node, without an event', async () => {
    const { clock } = given(1, { graceMs: 120_000 });
    virtual.loseServer('node-a');
    virtual.start();
    await clock.advance(115_000);
    expect([exists(), virtual.events]).toEqual([true, []]);
    await clock.advance(10_000);
    expect(exists()).toBe(false);
  });

  it.each<[string, 'empty' | 'error' | 'incomplete', string, RegExp]>([
    ['an empty list', 'empty', 'no-witness', /so is the server of every Ready node/],
    ['an error', 'error', 'unanswered', /could not be asked/],
    ['an incomplete list', 'incomplete', 'incomplete', /incomplete answer/],
  ])(
    'never comes from %s: the Node stays, and an event and the metric say so',
    async (_what, fault, reason, words) => {
      const { clock, cloud } = given(1);
      virtual.loseServer('node-a');
      cloud.fault = () => fault;
      await clock.advance(2_000);
      virtual.start();
      await clock.advance(250_000);
      expect(exists()).toBe(true);
      expect(virtual.reasons('node-a')).toEqual([blocked]);
      expect(virtual.events[0]?.message).toMatch(/^Node node-a is kept: it is not Ready and /);
      expect(virtual.events[0]?.message).toMatch(words);
      expect(await blockedCount(reason)).toBe(51);
      await clock.advance(100_000);
      expect(virtual.reasons('node-a')).toEqual([blocked, blocked]);
      expect(virtual.events[1]).toEqual(virtual.events[0]);
    },
  );

  it('starts over after an error between two rounds', async () => {
    const { clock, cloud } = given(1);
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    const faults = ['none', 'error', 'none'] as const;
    cloud.fault = () => faults[cloud.surveys.length - 1] ?? 'none';
    virtual.start();
    await clock.advance(10_000);
    expect([cloud.surveys.length, exists()]).toEqual([3, true]);
    await clock.advance(5_000);
    expect(exists()).toBe(false);
  });

  it('starts over when the Node was Ready for a moment', async () => {
    const { clock, cluster, cloud } = given(1);
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(3_000);
    cluster.setReady('node-a', 'True');
    cluster.setReady('node-a', 'False');
    await clock.advance(2_000);
    expect([cloud.surveys.length, exists()]).toEqual([2, true]);
    await clock.advance(5_000);
    expect(exists()).toBe(false);
  });

  it.each<[string, (cluster: VirtualController['cluster']) => void]>([
    ['Ready again', (cluster) => cluster.setReady('node-a', 'True')],
    ['kept by its user', (cluster) => cluster.annotate('node-a', keepNode, 'true')],
    [
      'another one',
      (cluster) => {
        cluster.remove('node-a');
        cluster.create('node-a');
      },
    ],
    ['gone', (cluster) => cluster.remove('node-a')],
  ])('is not begun from a cache that lags behind: the Node is %s', async (_what, change) => {
    const { clock, cluster } = given(1);
    virtual.loseServer('node-a');
    await clock.advance(4_000);
    virtual.start();
    await clock.advance(1_000);
    cluster.lagMs = 20_000;
    change(cluster);
    const uid = cluster.find('node-a')?.metadata?.uid;
    await clock.advance(10_000);
    expect(cluster.find('node-a')?.metadata?.uid).toBe(uid);
    expect(virtual.reasons('node-a')).toEqual([]);
  });

  it('does not count what an answer says of a Node that became Ready meanwhile', async () => {
    const { clock, cluster, cloud } = given(1);
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    cloud.fault = () => (cloud.surveys.length === 1 ? 'slow' : 'none');
    virtual.start();
    await clock.advance(2_000);
    cluster.setReady('node-a', 'True');
    await clock.advance(9_000);
    cluster.setReady('node-a', 'False');
    await clock.advance(4_000);
    expect([cloud.surveys.length, exists()]).toEqual([2, true]);
    await clock.advance(5_000);
    expect(exists()).toBe(false);
  });

  it('starts over with another Node of the name', async () => {
    const { clock, cluster, cloud } = given(1);
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(3_000);
    cluster.remove('node-a');
    cluster.create('node-a', { creationTimestamp: '2026-01-01T00:00:00Z' });
    await clock.advance(2_000);
    expect([cloud.surveys.length, exists()]).toEqual([2, true]);
    await clock.advance(5_000);
    expect(exists()).toBe(false);
  });

  it('waits no grace anew for a Node that was there when the process began', async () => {
    const { clock } = given(1, { graceMs: 120_000 });
    virtual.loseServer('node-a');
    await clock.advance(130_000);
    virtual.start();
    await clock.advance(5_000);
    expect(exists()).toBe(false);
  });

  it('waits the grace for a Node that came lately, though the clock is set', async () => {
    const { clock, cluster } = given(1, { graceMs: 120_000 });
    virtual.start();
    await clock.advance(1_000);
    cluster.create('young');
    await clock.advance(5_000);
    clock.setWallClock(clock.now() + 3_600_000);
    await clock.advance(110_000);
    expect(exists('young')).toBe(true);
    await clock.advance(20_000);
    expect(exists('young')).toBe(false);
  });

  it('asks for access anew in each round', async () => {
    const { clock, cloud } = given(0);
    virtual.loseServer('node-a');
    cloud.fault = () => 'empty';
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(tenMinutes + 20_000);
    expect([exists(), cloud.accessChecks]).toEqual([true, 5]);
    cloud.fault = () => 'none';
    await clock.advance(5_000);
    expect([exists(), cloud.accessChecks]).toEqual([false, 6]);
  });

  it('counts against the budget where its end is not known', async () => {
    const { clock, cluster } = given(5);
    virtual.loseServer('node-a');
    cluster.fate = () => 'lost';
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(10_000);
    expect([exists(), virtual.reasons('node-a')]).toEqual([
      false,
      [deleting, 'DeletingNodeFailed'],
    ]);
    cluster.fate = () => 'done';
    virtual.loseServer('ready-1');
    await clock.advance(60_000);
    expect(virtual.reasons('ready-1')).toEqual([blocked]);
  });

  it('takes ten minutes and a confirmed access where no Node is Ready', async () => {
    const { clock, cloud } = given(0);
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(tenMinutes - 1);
    expect([exists(), cloud.accessChecks]).toEqual([true, 0]);
    expect(virtual.events[0]?.message).toContain('The answers must agree for ten minutes');
    await clock.advance(1);
    expect([exists(), cloud.accessChecks]).toEqual([false, 1]);
  });

  it('never comes where no Node is Ready and the account has lost its permissions', async () => {
    const { clock, cloud } = given(0);
    virtual.loseServer('node-a');
    cloud.fault = () => 'empty';
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(2 * tenMinutes);
    expect(exists()).toBe(true);
    expect(await blockedCount('access')).toBeGreaterThan(100);
    expect(virtual.events.at(-1)?.message).toContain('could not be confirmed');
  });

  it('asks for access once in a round, not once for each Node', async () => {
    const { clock, cloud } = given(0, { budget: '100%' });
    for (const name of ['node-b', 'node-c']) {
      virtual.addNode(name);
      virtual.loseServer(name);
    }
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(tenMinutes);
    expect([virtual.cluster.nodes, cloud.accessChecks]).toEqual([[], 1]);
  });

  it('stops at the budget when half of the servers vanish, and goes on ten minutes later', async () => {
    const { clock, cluster } = given(19);
    for (let index = 0; index < 10; index += 1) virtual.loseServer(`ready-${index}`);
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(5_000 + tenMinutes - 1);
    expect(cluster.nodes).toHaveLength(18);
    const told = virtual.events.filter(({ reason }) => reason === blocked);
    expect(new Set(told.map(({ node }) => node)).size).toBe(8);
    expect(told[0]?.message).toContain('budget (--node-deletion-budget) is used up');
    expect(await blockedCount('budget')).toBeGreaterThan(8);
    await clock.advance(5_000);
    expect(cluster.nodes).toHaveLength(17);
  });

  it('gives the budget back for a refused DELETE', async () => {
    const { clock, cluster } = given(5);
    virtual.loseServer('node-a');
    cluster.fate = () => 'refused';
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(5_000);
    expect(virtual.reasons('node-a')).toEqual([deleting, 'DeletingNodeFailed']);
    cluster.setReady('node-a', 'True');
    virtual.loseServer('ready-1');
    cluster.fate = () => 'done';
    await clock.advance(10_000);
    expect(exists('ready-1')).toBe(false);
  });

  it('spares a Node that was created under the same name while the DELETE was under way', async () => {
    const { clock, cluster } = given(1);
    virtual.loseServer('node-a');
    cluster.fate = () => 'late';
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(6_000);
    cluster.remove('node-a');
    const uid = virtual.addNode('node-a', 'False');
    await clock.advance(120_000);
    expect(cluster.find('node-a')?.metadata?.uid).toBe(uid);
    expect(virtual.reasons('node-a')).toEqual([deleting]);
  });

  it('is kept off by the annotation', async () => {
    const { clock, cluster } = given(1);
    const metadata = { annotations: { 'cloudprovider.k8s-ccm.io/keep-node': 'true' } };
    cluster.create('node-kept', metadata);
    virtual.start();
    await clock.advance(60_000);
    expect([exists('node-kept'), virtual.events]).toEqual([true, []]);
  });

  it('is not repeated for a Node that waits for its finalizers', async () => {
    const { clock, cluster } = given(1);
    cluster.create('node-b', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    virtual.start();
    await clock.advance(60_000);
    expect(virtual.reasons('node-b')).toEqual([]);
  });

  it.each([
    ['from before the question', -1],
    ['of a time that is not yet', 1],
  ])('takes no answer for evidence that is %s', async (_what, byMs) => {
    const { clock, cloud } = given(1, {
      instances: (source) => ({
        ...oneByOne(source),
        survey: async (nodes, options) => {
          const answer = await source.survey(nodes, options);
          return { ...answer, startedAt: answer.startedAt + byMs };
        },
      }),
    });
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(60_000);
    expect(cloud.surveys.length).toBeGreaterThan(10);
    expect([exists(), virtual.events]).toEqual([true, []]);
  });

  it('takes a Node that the answer does not name for unknown, and says so', async () => {
    const { clock } = given(1, {
      instances: (source) => ({
        ...oneByOne(source),
        survey: async (nodes, options) => {
          const { states, ...answer } = await source.survey(nodes, options);
          const others = [...states].filter(([name]) => name !== 'node-a');
          return { ...answer, states: new Map(others) };
        },
      }),
    });
    virtual.loseServer('node-a');
    await clock.advance(2_000);
    virtual.start();
    await clock.advance(60_000);
    expect([exists(), virtual.reasons('node-a')]).toEqual([true, [blocked]]);
    expect(virtual.events[0]?.message).toContain('exactly one server fits');
  });
});
