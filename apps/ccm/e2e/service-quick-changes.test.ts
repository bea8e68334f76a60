import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Replica } from './replica.ts';
import { Sandbox, slbIdAnnotation } from './sandbox.ts';
import { Dice } from './soak-model.ts';
import { until } from './until.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';
const forwardRule = 'loadbalancer.inspur.com/forward-rule';
const rounds = 30;
const seed = 20_261_130;

/** What a Service asks for. */
interface Wish {
  readonly type: 'LoadBalancer' | 'ClusterIP';
  /** `undefined` names no SLB. */
  readonly slb: 'a' | 'b' | undefined;
}

describe('a Service that changes in quick succession', () => {
  let sandbox: Sandbox;
  let replica: Replica;
  let serial = 0;
  let name = '';
  let slbs: Readonly<Record<'a' | 'b', { readonly slbId: string; readonly businessIp: string }>>;
  let last: Wish;
  let barrierSlb = '';
  let barrierRule = 'RR';

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addNode('node-a');
    // One worker takes the Services in turn, which `settled` relies on.
    replica = await Replica.start(sandbox, 'quick', ['--concurrent-service-syncs=1']);
    barrierSlb = await sandbox.addSlb({ businessIp: '10.0.13.1' });
    await sandbox.addService('barrier', { slbId: barrierSlb });
    await sandbox.addresses('barrier', ['10.0.13.1']);
  }, 300_000);

  beforeEach(async () => {
    serial += 1;
    name = `quick-${serial}`;
    slbs = {
      a: { slbId: `slb-a-${serial}`, businessIp: `10.0.14.${serial}` },
      b: { slbId: `slb-b-${serial}`, businessIp: `10.0.15.${serial}` },
    };
    for (const slb of Object.values(slbs)) await sandbox.addSlb(slb);
    last = { type: 'LoadBalancer', slb: 'a' };
    await sandbox.addService(name, { slbId: slbs.a.slbId });
    await sandbox.addresses(name, [slbs.a.businessIp]);
  });

  afterEach(async () => {
    await sandbox.cloud.setLatency({});
    replica.api.lagWatches(0);
  });

  afterAll(async () => {
    await replica.stop();
    await sandbox.stop();
  }, 60_000);

  async function ask(wish: Wish): Promise<void> {
    last = wish;
    await sandbox.patchService(name, {
      metadata: {
        annotations: { [slbIdAnnotation]: wish.slb === undefined ? null : slbs[wish.slb].slbId },
      },
      spec: { type: wish.type },
    });
  }

  /** Waits until all changes so far have been worked on; a change during the work takes a second turn. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) {
      barrierRule = barrierRule === 'RR' ? 'WRR' : 'RR';
      await sandbox.annotate('barrier', { [forwardRule]: barrierRule });
      await sandbox.untilListener(barrierSlb, (found) => found.forwardRule === barrierRule);
    }
  }

  /** Throws if the Service and both SLBs are not what the last wish asks for. */
  async function isAsAsked(): Promise<true> {
    const { metadata, status } = await sandbox.service(name);
    const serving = new Map<string, readonly string[]>();
    for (const { slbId } of Object.values(slbs)) {
      for (const { listenerId, port } of await sandbox.listeners(slbId)) {
        const servers = (await sandbox.members(listenerId)).map(({ serverId }) => serverId);
        serving.set(`${slbId} ${port}`, servers);
      }
    }
    const slb = last.type === 'ClusterIP' || last.slb === undefined ? undefined : slbs[last.slb];
    expect({
      finalizers: metadata.finalizers ?? [],
      addresses: (status.loadBalancer.ingress ?? []).map(({ ip }) => ip),
      serving,
    }).toEqual(
      slb === undefined
        ? { finalizers: [], addresses: [], serving: new Map() }
        : {
            finalizers: [finalizer],
            addresses: [slb.businessIp],
            serving: new Map([[`${slb.slbId} 80`, ['i-node-a']]]),
          },
    );
    return true;
  }

  /** Asks for all of it at once, in each round at another pace of the cloud and of the watch. */
  async function play(round: number, wishes: readonly Wish[]): Promise<void> {
    await sandbox.cloud.setLatency({ ms: (round % 5) * 8 });
    replica.api.lagWatches((round % 3) * 40);
    for (const wish of wishes) await ask(wish);
    await settled();
  }

  it.each<{ name: string; changes: readonly Wish[] }>([
    {
      name: 'LoadBalancer → ClusterIP → LoadBalancer has load balancer, status and finalizer in the end',
      changes: [
        { type: 'ClusterIP', slb: 'a' },
        { type: 'LoadBalancer', slb: 'a' },
      ],
    },
    {
      name: 'SLB A → B → A has the status and the listeners of A in the end',
      changes: [
        { type: 'LoadBalancer', slb: 'b' },
        { type: 'LoadBalancer', slb: 'a' },
      ],
    },
    {
      name: 'SLB A → none → A has the status and the listeners of A in the end',
      changes: [
        { type: 'LoadBalancer', slb: undefined },
        { type: 'LoadBalancer', slb: 'a' },
      ],
    },
  ])(
    '$name',
    async ({ changes }) => {
      for (let round = 0; round < rounds; round += 1) {
        await play(round, round % 2 === 0 ? changes : [...changes, ...changes]);
        await until(`round ${round} ends as asked`, isAsAsked);
      }
    },
    300_000,
  );

  it(`by chance has what it asked for last (seed ${seed})`, async () => {
    const dice = new Dice(seed);
    for (let round = 0; round < rounds; round += 1) {
      const wishes = Array.from({ length: 2 + dice.roll(4) }, (): Wish => ({
        type: dice.pick(['LoadBalancer', 'LoadBalancer', 'ClusterIP']),
        slb: dice.pick(['a', 'b', 'a', 'b', undefined]),
      }));
      await play(round, wishes);
      await until(`round ${round} ends as asked (${JSON.stringify(wishes)})`, isAsAsked);
    }
  }, 300_000);
});
