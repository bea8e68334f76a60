import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { CloudState } from './emulator-control.ts';
import { Sandbox } from './sandbox.ts';
import type { ServiceObject } from './cluster-objects.ts';
import { Dice, expectedListeners, rollService, serviceBody } from './soak-model.ts';
import type { ModelListener, ModelService } from './soak-model.ts';
import { until } from './until.ts';

const seed = 20_261_121;
const services = 200;
const slbCount = 20;
const durationMs = 120_000;
const collection = '/api/v1/namespaces/default/services';

/** Of every hundred calls five go wrong, each in another way. */
const faults = [
  { path: '/slbs', probability: 0.01, status: 500 },
  { path: '/slbs', probability: 0.01, status: 503 },
  { path: '/slbs', probability: 0.01, status: 429, retryAfter: 1 },
  { path: '/slbs', probability: 0.01, reset: 'before' },
  { path: '/slbs', probability: 0.01, reset: 'after' },
];

describe('two minutes of chance', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    ccm = await sandbox.startCcm();
  }, 300_000);
  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it(`leave the cloud as the model says (seed ${seed})`, async () => {
    const dice = new Dice(seed);
    const first = await sandbox.addSlb();
    const slbs: [string, ...string[]] = [first];
    while (slbs.length < slbCount) slbs.push(await sandbox.addSlb());
    await sandbox.addNode('soak-a');
    await sandbox.addNode('soak-b');
    await sandbox.cloud.put({
      listeners: slbs.map((slbId) => ({
        slbId,
        listenerId: `stranger-${slbId}`,
        listenerName: 'by-hand',
        protocol: 'TCP',
        port: 9,
      })),
    });
    const strangers = strangersIn(await sandbox.cloud.state());
    await sandbox.cloud.setFaults(faults);

    const model = new Map<string, ModelService>();
    const startedAt = process.hrtime.bigint();
    const elapsedMs = (): number => Number((process.hrtime.bigint() - startedAt) / 1_000_000n);
    let restarted = false;
    while (elapsedMs() < durationMs) {
      await step(model, rollService(dice.roll(services), slbs, dice), dice);
      if (!restarted && elapsedMs() > durationMs / 2) {
        await sandbox.controlPlane.restartApiServer();
        restarted = true;
      }
    }
    await sandbox.addNode('soak-c');
    await sandbox.cloud.setFaults([]);

    const expected = expectedListeners(model.values(), ['i-soak-a', 'i-soak-b', 'i-soak-c']);
    expect(expected.length).toBeGreaterThan(50);
    await until(
      'the cloud is as the model says',
      async () => {
        expect(ownListenersIn(await sandbox.cloud.state())).toEqual(expected);
        return true;
      },
      180_000,
    );
    expect(strangersIn(await sandbox.cloud.state())).toEqual(strangers);
  }, 600_000);

  /** Creates, changes or deletes one Service, in the cluster and in the model. */
  async function step(
    model: Map<string, ModelService>,
    next: Omit<ModelService, 'uid'>,
    dice: Dice,
  ): Promise<void> {
    const { name } = next;
    const existing = model.get(name);
    if (existing === undefined) {
      // One that is on its way out may still have the name.
      if ((await sandbox.kube.find(`${collection}/${name}`)) !== undefined) return;
      const { metadata } = await sandbox.kube.create<ServiceObject>(collection, serviceBody(next));
      model.set(name, { ...next, uid: metadata.uid });
    } else if (dice.roll(4) === 0) {
      await sandbox.deleteService(name);
      model.delete(name);
    } else {
      await sandbox.patchService(name, serviceBody(next));
      model.set(name, { ...next, uid: existing.uid });
    }
  }
});

function ownListenersIn({ listeners, members }: CloudState): readonly ModelListener[] {
  const serversOf = Map.groupBy(members, ({ listenerId }) => listenerId);
  return listeners
    .filter(({ listenerName }) => listenerName.startsWith('k8s_'))
    .map(({ slbId, listenerId, listenerName, protocol, port, forwardRule, isHealthCheck }) => ({
      slbId,
      listenerName,
      protocol,
      port,
      forwardRule,
      isHealthCheck,
      servers: (serversOf.get(listenerId) ?? []).map(({ serverId }) => serverId).toSorted(),
    }))
    .toSorted((a, b) => (a.listenerName < b.listenerName ? -1 : 1));
}

function strangersIn({ listeners }: CloudState): CloudState['listeners'] {
  return listeners.filter(({ listenerName }) => !listenerName.startsWith('k8s_'));
}
