import { runs } from '@k8s-ccm/foundation/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { CloudState } from './emulator-control.ts';
import { Sandbox } from './sandbox.ts';
import type { ServiceObject } from './cluster-objects.ts';
import { Dice, expectedListeners, rollService, serviceBody } from './soak-model.ts';
import type { ModelListener, ModelService } from './soak-model.ts';
import { until } from './until.ts';

/** The steps follow from it alone; `SOAK_SEED` takes others. */
const seed = Number(process.env['SOAK_SEED'] ?? 20_261_121);
const steps = runs(500);
/** Services at one time. */
const slots = 200;
const slbCount = 20;
const collection = '/api/v1/namespaces/default/services';

/** Of every hundred calls five go wrong, each in another way. */
const faults = [
  { path: '/slbs', probability: 0.01, status: 500 },
  { path: '/slbs', probability: 0.01, status: 503 },
  { path: '/slbs', probability: 0.01, status: 429, retryAfter: 1 },
  { path: '/slbs', probability: 0.01, reset: 'before' },
  { path: '/slbs', probability: 0.01, reset: 'after' },
];

describe('a long random history', () => {
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

  it(
    `leaves the cloud as the model says (${steps} steps, seed ${seed})`,
    async () => {
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

      const model = new Map<number, ModelService>();
      for (let count = 0; count < steps; count += 1) {
        if (count === Math.floor(steps / 2)) await sandbox.controlPlane.restartApiServer();
        const slot = dice.roll(slots);
        const existing = model.get(slot);
        if (existing === undefined) {
          const created = rollService(
            { name: `soak-${count}`, firstPort: 1000 + (count % 6000) * 10 },
            slbs,
            dice,
          );
          const { metadata } = await sandbox.kube.create<ServiceObject>(
            collection,
            serviceBody(created),
          );
          model.set(slot, { ...created, uid: metadata.uid });
        } else if (dice.roll(4) === 0) {
          await sandbox.deleteService(existing.name);
          model.delete(slot);
        } else {
          const changed = rollService(existing, slbs, dice);
          await sandbox.patchService(existing.name, serviceBody(changed));
          model.set(slot, { ...changed, uid: existing.uid });
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
    },
    runs(300_000),
  );
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
