import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Lease } from '@k8s-ccm/cloud-provider';
import {
  isNotFound,
  KubeClient,
  LeadershipLostError,
  loadKubeConfig,
  systemClock,
  systemRandom,
} from '@k8s-ccm/controller-runtime';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { until } from '@k8s-ccm/controller-runtime/testing';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { silentLogger, untilAborted } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import { RunningManager, workingController } from '../testing/running-manager.ts';

const timings = [
  '--leader-elect-lease-duration=3s',
  '--leader-elect-renew-deadline=2s',
  '--leader-elect-retry-period=200ms',
];
const namespace = 'kube-system';
const mainName = 'cloud-controller-manager';
const migrationName = 'cloud-provider-extraction-migration';

/** Time that passes without any timer having fired yet, as for a process that goes on after it stood still. */
class JumpingClock implements Clock {
  aheadMs = 0;
  now = (): number => systemClock.now();
  monotonic = (): number => systemClock.monotonic() + this.aheadMs;
  sleep: Clock['sleep'] = (ms, options) => systemClock.sleep(ms, options);
  timer: Clock['timer'] = (ms, callback) => systemClock.timer(ms, callback);
}

describe('a manager and its leases', () => {
  let controlPlane: ControlPlane;
  let client: KubeClient;
  let folder: string;
  const managers: RunningManager[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leadership-'));
    controlPlane = await startControlPlane();
    const parts = { clock: systemClock, random: systemRandom, log: silentLogger };
    const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...parts });
    client = KubeClient.create({ config, userAgent: 'test', ...parts });
    await client.nodes.create({ metadata: { name: 'node-a' } });
  }, 600_000);
  afterEach(async () => {
    await Promise.all(managers.splice(0).map((manager) => manager.stop()));
    for (const name of [mainName, migrationName]) {
      if ((await lease(name)) !== undefined) await client.leases.delete({ name, namespace });
    }
  });
  afterAll(async () => {
    await client.close();
    await controlPlane.stop();
    await rm(folder, { recursive: true });
  });

  async function lease(name = mainName): Promise<Lease | undefined> {
    try {
      return await client.leases.get({ name, namespace });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  const holder = async (name: string): Promise<string | undefined> =>
    (await lease(name))?.spec?.holderIdentity;

  async function take(name: string, holderIdentity = 'other'): Promise<void> {
    const spec = { holderIdentity, leaseDurationSeconds: 3600, leaseTransitions: 0 };
    if ((await lease(name)) === undefined)
      await client.leases.create({ metadata: { name, namespace }, spec });
    else await client.leases.patch({ name, namespace }, { spec }, { type: 'merge' });
  }

  function run(
    names: readonly string[],
    { argv = [], clock }: { readonly argv?: readonly string[]; readonly clock?: Clock } = {},
  ) {
    const contexts = new Map<string, ControllerContext>();
    const manager = new RunningManager({
      argv: [`--kubeconfig=${controlPlane.kubeconfig}`, ...timings, ...argv],
      controllers: names.map((name) => workingController(name, contexts)),
      ...(clock === undefined ? {} : { clock }),
    });
    managers.push(manager);
    const started = (name: string): Promise<ControllerContext> =>
      until(`${name} works`, () => contexts.get(name));
    return { manager, contexts, started };
  }

  it('sees the time that has passed before anything goes out, whoever sends it', async () => {
    const clock = new JumpingClock();
    const { manager, started } = run(['worker'], { clock });
    const context = await started('worker');
    await annotate(context.client, 'before');
    manager.made?.mayAct?.();
    const held = await lease();

    clock.aheadMs = 60_000;
    const tooLate = annotate(context.client, 'after');
    expect(() => manager.made?.mayAct?.()).toThrow(LeadershipLostError);
    expect(context.signal.reason).toBeInstanceOf(LeadershipLostError);
    await expect(tooLate).rejects.toThrow(LeadershipLostError);
    expect(await manager.exitCode).toBe(1);
    const node = await client.nodes.get({ name: 'node-a' });
    expect(node.metadata?.annotations?.['value']).toBe('before');
    // Neither renewed nor released.
    expect((await lease())?.spec).toEqual(held?.spec);
  }, 30_000);

  it('does not release the lease where work goes on after the time to stop is over', async () => {
    const clock: Clock = {
      ...systemClock,
      sleep: (ms, options) => systemClock.sleep(Math.min(ms, 500), options),
    };
    const endless: ControllerDescriptor = {
      name: 'endless',
      start: () => ({ kind: 'running', done: new Promise(() => undefined) }),
    };
    const manager = new RunningManager({
      argv: [`--kubeconfig=${controlPlane.kubeconfig}`, ...timings],
      controllers: [endless],
      clock,
    });
    await until('it works', () => manager.log.includes('controller started'));
    expect(await manager.stop()).toBe(1);
    expect(manager.log).toContain('controllers did not end in time');
    expect(await holder(mainName)).not.toBe('');
  }, 30_000);

  it('keeps the lease while the event loop stands still for 200 ms, again and again', async () => {
    const { manager, started } = run(['worker']);
    await started('worker');
    const before = (await lease())?.spec;
    const end = systemClock.monotonic() + 4_000;
    while (systemClock.monotonic() < end) {
      const stillUntil = systemClock.monotonic() + 200;
      while (systemClock.monotonic() < stillUntil);
      await systemClock.sleep(0);
    }
    const after = (await lease())?.spec;
    expect(manager.log).not.toContain('leadership lost');
    expect(after).toMatchObject({ holderIdentity: before?.holderIdentity, leaseTransitions: 0 });
    expect(after?.renewTime).not.toBe(before?.renewTime);
  }, 30_000);

  describe('with a leader migration', () => {
    const migrating = ['--enable-leader-migration'];
    const names = ['cloud-node-controller', 'cloud-node-lifecycle-controller'];

    // @see docs/reference/contract.md#case-201
    it('takes the second lease after the main one, and releases both', async () => {
      await take(mainName);
      const { manager, contexts, started } = run(names, { argv: migrating });
      await until('it waits', () => manager.log.includes('another process leads'));
      expect(await lease(migrationName)).toBeUndefined();
      await take(mainName, '');
      await started('cloud-node-controller');
      await started('cloud-node-lifecycle-controller');
      const id = await holder(mainName);
      expect(await holder(migrationName)).toBe(id);
      expect(manager.log.indexOf(mainName)).toBeLessThan(manager.log.indexOf(migrationName));
      expect(await manager.stop()).toBe(0);
      expect([await holder(mainName), await holder(migrationName)]).toEqual(['', '']);
      expect([...contexts.keys()]).toEqual([]);
    }, 30_000);

    it('runs the others while another manager holds the second lease, and all after that', async () => {
      await take(migrationName, 'kube-controller-manager');
      const { manager, contexts, started } = run(names, { argv: migrating });
      await started('cloud-node-controller');
      await until('it waits', () => manager.log.includes('another process leads'));
      expect([...contexts.keys()]).toEqual(['cloud-node-controller']);
      await take(migrationName, '');
      const { informers } = await started('cloud-node-lifecycle-controller');
      await until('its informer runs', () => informers.nodes.hasSynced);
    }, 30_000);

    it('ends with 1, and releases nothing, where the second lease is lost', async () => {
      const { manager, started } = run(names, { argv: migrating });
      const { client: ownClient } = await started('cloud-node-lifecycle-controller');
      const id = await holder(mainName);
      await take(migrationName, 'thief');
      expect(await manager.exitCode).toBe(1);
      expect([await holder(mainName), await holder(migrationName)]).toEqual([id, 'thief']);
      expect(manager.log).not.toContain('could not be released');
      await expect(ownClient.nodes.get({ name: 'node-a' })).rejects.toThrow(LeadershipLostError);
    }, 30_000);

    it('ends with 1, and releases nothing, where the main lease is lost', async () => {
      const { manager, started } = run(names, { argv: migrating });
      await started('cloud-node-lifecycle-controller');
      const id = await holder(migrationName);
      await take(mainName, 'thief');
      expect(await manager.exitCode).toBe(1);
      expect([await holder(mainName), await holder(migrationName)]).toEqual(['thief', id]);
    }, 30_000);

    it('ends all work before it releases a lease, also where those under the second one cannot be started', async () => {
      let heldBy: string | undefined;
      const manager = new RunningManager({
        argv: [`--kubeconfig=${controlPlane.kubeconfig}`, ...timings, ...migrating],
        controllers: [
          slow(async () => (heldBy = await holder(mainName))),
          workingController('cloud-node-lifecycle-controller', new Map()),
          workingController('cloud-node-lifecycle-controller', new Map()),
        ],
      });
      managers.push(manager);
      expect(await manager.exitCode).toBe(255);
      expect(manager.log).toContain(
        'more than one controller is named cloud-node-lifecycle-controller',
      );
      expect(heldBy).toMatch(/./);
      expect(await holder(mainName)).toBe('');
    }, 30_000);

    it('ends with 1, and releases nothing, where the second lease is lost during a stop', async () => {
      const ended = Promise.withResolvers<void>();
      const manager = new RunningManager({
        argv: [`--kubeconfig=${controlPlane.kubeconfig}`, ...timings, ...migrating],
        controllers: [slow(() => ended.promise)],
      });
      managers.push(manager);
      const id = await until('it holds the second lease', () => holder(migrationName));
      await until('it works', () => manager.log.includes('controller started'));
      const exitCode = manager.stop();
      await until('it stops', () => manager.log.includes('stopping'));
      await take(migrationName, 'thief');
      expect(await exitCode).toBe(1);
      expect([await holder(mainName), await holder(migrationName)]).toEqual([id, 'thief']);
      expect(manager.log).not.toContain('could not be released');
      ended.resolve();
    }, 30_000);

    // @see docs/reference/contract.md#case-201
    it('leaves to another component what the file gives it', async () => {
      const file = join(folder, 'migration.yaml');
      await writeFile(
        file,
        [
          'apiVersion: controllermanager.config.k8s.io/v1',
          'kind: LeaderMigrationConfiguration',
          'leaderName: cloud-provider-extraction-migration',
          'controllerLeaders:',
          '  - { name: service-lb-controller, component: kube-controller-manager }',
          '  - { name: cloud-node-controller, component: cloud-controller-manager }',
        ].join('\n'),
      );
      const { manager, contexts, started } = run([...names, 'service-lb-controller'], {
        argv: [...migrating, `--leader-migration-config=${file}`],
      });
      await started('cloud-node-controller');
      expect([...contexts.keys()].toSorted()).toEqual(names);
      expect(manager.log).toContain(
        'another manager runs the controller because of the leader migration',
      );
    }, 30_000);

    it('does not start with a file that is wrong', async () => {
      const file = join(folder, 'wrong.yaml');
      await writeFile(file, 'kind: Pod');
      const { manager } = run(names, {
        argv: [...migrating, `--leader-migration-config=${file}`],
      });
      expect(await manager.exitCode).toBe(1);
      expect(manager.log).toContain(`${file}:1: kind: found "Pod"`);
    }, 30_000);
  });
});

/** A controller under the main lease whose last work ends a second after the stop, and then does `last`. */
function slow(last: () => Promise<unknown>): ControllerDescriptor {
  const work = async ({ signal }: ControllerContext): Promise<void> => {
    await untilAborted(signal);
    await systemClock.sleep(1_000);
    await last();
  };
  return {
    name: 'cloud-node-controller',
    start: (context) => ({ kind: 'running', done: work(context) }),
  };
}

function annotate(by: KubeClient, value: string): Promise<unknown> {
  const patch = { metadata: { annotations: { value } } };
  return by.nodes.patch({ name: 'node-a' }, patch, { type: 'merge' });
}
