import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { systemClock } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { configFor, Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { GatedClock } from '../testing/gated-clock.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNodes, buildService, slbIdKey, tcp, uidOf } from '../testing/service-fixtures.ts';

/** Waits until something holds, at most five seconds. */
async function waitUntil(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn === 5000) throw new Error('it never came to hold');
    await systemClock.sleep(1);
  }
}

const onSlb1 = 'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080';
const onSlb2 = 'slb-2 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080';

describe('a Service whose SLB id changes', () => {
  it('moves: the new listeners are there before the old ones go', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    processes.operations();
    const since = emulator.calls().next;
    await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([onSlb2]);
    expect(actor.addresses).toEqual(['10.0.0.2', '203.0.113.2']);
    const order = emulator.calls(since).calls.map(({ operation }) => operation);
    expect(order.indexOf('DeleteListener')).toBeGreaterThan(order.indexOf('AddMembers'));
    // What this process did it need not look for.
    expect(order).not.toContain('ListLoadBalancers');
  });

  it('moves also where it changed while nobody looked', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const other = new ServiceActor(buildService({ uid: uidOf('b'), ports: [tcp(81, 30081)] }));
    const actor = new ServiceActor(buildService());
    await other.ensure(processes.start(), buildNodes(1));
    await actor.ensure(processes.start(), buildNodes(1));
    const process = processes.start();
    await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([
      'slb-1 TCP/81 k8s_b000000000004000_TCP_81: ecs-n1:30081',
      onSlb2,
    ]);
    processes.operations();
    await actor.ensure(process, buildNodes(1));
    expect(processes.operations()).not.toContain('ListLoadBalancers');
  });

  it('shows the new SLB although the old one cannot be cleaned, and cleans it later', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'DeleteListener', code: '107.002500', times: 1 }]);
    await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
    expect(actor.addresses).toEqual(['10.0.0.2', '203.0.113.2']);
    expect(processes.picture()).toEqual([onSlb1, onSlb2]);
    expect(actor.reports).toMatchObject([
      {
        type: 'Warning',
        reason: 'CleanupPending',
        message: expect.stringMatching(/SLB "slb-1": .*107\.002500/),
      },
    ]);
    expect(actor.requeues).toEqual([60_000]);
    await actor.ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([onSlb2]);
  });

  it.each<[string, (emulator: Emulator) => void]>([
    [
      'is refused',
      (cloud) => cloud.setFaults([{ operation: 'CreateListener', code: '107.003500' }]),
    ],
    [
      'clashes with a listener of somebody else',
      (cloud) =>
        cloud.patchState({
          listeners: [
            {
              slbId: 'slb-2',
              listenerId: 'web-1',
              listenerName: 'web',
              protocol: 'TCP',
              port: 80,
              forwardRule: 'RR',
            },
          ],
        }),
    ],
  ])('stays where it is while a port on the new SLB %s', async (_, hinder) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    hinder(emulator);
    await expect(actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1))).rejects.toThrow(
      'slb-2',
    );
    expect(processes.picture()).toContain(onSlb1);
    expect(actor.addresses).toEqual(['10.0.0.1', '203.0.113.1']);
  });

  it('stays where it is while the new SLB cannot be had', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    await expect(actor.annotate(slbIdKey, 'slb-3').ensure(process, buildNodes(1))).rejects.toThrow(
      'belongs to another account',
    );
    expect(processes.picture()).toEqual([onSlb1]);
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });

  it('is cleaned from its last SLB even if it names another account’s and the process is new', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    await actor.annotate(slbIdKey, 'slb-3').delete(processes.start());
    expect(processes.picture()).toEqual([]);
  });

  it('loses its listeners and its status where the id is removed', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    for (const restarted of [false, true]) {
      const process = processes.start();
      const actor = new ServiceActor(buildService());
      await actor.ensure(process, buildNodes(1));
      expect(processes.picture()).toEqual([onSlb1]);
      const next = restarted ? processes.start() : process;
      await actor.annotate(slbIdKey, undefined).ensure(next, buildNodes(1));
      expect(processes.picture()).toEqual([]);
      expect(actor.addresses).toEqual([]);
      processes.operations();
      await actor.ensure(next, buildNodes(1));
      await expect(actor.delete(next)).resolves.toBeUndefined();
      expect(processes.operations()).toEqual([]);
    }
  });

  it('leaves nothing behind where the process died before the status was written', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1), { crash: true });
    await actor.annotate(slbIdKey, 'slb-2').ensure(processes.start(), buildNodes(1));
    expect(processes.picture()).toEqual([onSlb2]);
  });

  it('looks through the account once for many Services in doubt', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actors = [1, 2, 3, 4].map(
      (n) => new ServiceActor(buildService({ uid: uidOf(`a${n}`), ports: [tcp(n, 30000 + n)] })),
    );
    const nodes = buildNodes(1);
    const first = processes.start();
    await Promise.all(actors.map((actor) => actor.ensure(first, nodes, { crash: true })));
    const sweeps = (): number =>
      processes.operations().filter((name) => name === 'ListLoadBalancers').length;
    await actors[0]?.delete(processes.start());
    const pages = sweeps();
    emulator.setLatency({ ms: 20 });
    const second = processes.start();
    await Promise.all(actors.slice(1).map((actor) => actor.delete(second)));
    expect(processes.picture()).toEqual([]);
    expect(pages).toBeGreaterThan(0);
    expect(sweeps()).toBe(pages);
  });
});

describe('a move that died half done and was taken back', () => {
  const leftBehind = {
    slbId: 'slb-2',
    listenerId: 'left-behind',
    listenerName: 'k8s_a000000000004000_TCP_80',
    protocol: 'TCP',
    port: 80,
  } as const;

  /** A Service on slb-1, with listeners on slb-2 that nothing of it tells of; and others' on both. */
  async function takeBack(emulator: Emulator, processes: Processes): Promise<ServiceActor> {
    for (const [head, slbId] of [
      ['b', 'slb-1'],
      ['c', 'slb-2'],
    ] as const) {
      const other = buildService({ uid: uidOf(head), slbId, ports: [tcp(81, 30081)] });
      await new ServiceActor(other).ensure(processes.start(), buildNodes(1));
    }
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    emulator.patchState({ listeners: [leftBehind] });
    return actor;
  }
  const others = [
    'slb-1 TCP/81 k8s_b000000000004000_TCP_81: ecs-n1:30081',
    'slb-2 TCP/81 k8s_c000000000004000_TCP_81: ecs-n1:30081',
  ];

  it('leaves nothing on the other SLB once the next process has settled', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = await takeBack(emulator, processes);
    const clock = new GatedClock();
    const process = processes.start({}, { clock });
    processes.operations();
    await actor.ensure(process, buildNodes(1));
    expect(processes.operations()).toEqual(['GetLoadBalancer', 'ListListeners', 'ListMembers']);
    clock.pass();
    await waitUntil(() => actor.requeues.length > 0);
    expect(actor.requeues).toEqual([0]);
    expect(processes.operations()).toEqual([
      'ListListeners',
      'ListListeners',
      'ListLoadBalancers',
      'ListLoadBalancers',
      'ListLoadBalancers',
    ]);
    await actor.ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([onSlb1, ...others].toSorted());
    processes.operations();
    await actor.ensure(process, buildNodes(1));
    expect(processes.operations()).toEqual(['GetLoadBalancer', 'ListListeners', 'ListMembers']);
  });

  it('does not get in the way of a move to the very SLB that was found', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = await takeBack(emulator, processes);
    const clock = new GatedClock();
    const process = processes.start({}, { clock });
    await actor.ensure(process, buildNodes(1));
    clock.pass();
    await waitUntil(() => actor.requeues.length > 0);
    await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([onSlb2, ...others].toSorted());
  });

  it('makes no other process look, change or wait', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const clock = new GatedClock();
    const fresh = new ServiceActor(buildService());
    await fresh.ensure(processes.start({}, { clock }), buildNodes(1));
    expect(clock.waits).toEqual([]);
    const before = emulator.state();
    processes.operations();
    await fresh.ensure(processes.start({}, { clock }), buildNodes(1));
    expect(clock.waits).toEqual([30_000]);
    clock.pass();
    await waitUntil(() => emulator.calls().calls.at(-1)?.path.includes('slb-1/listeners') === true);
    expect(processes.operations().filter((name) => !/^(?:Get|List)/.test(name))).toEqual([]);
    expect(emulator.state()).toEqual(before);
  });
});

describe('a Service whose SLB cannot be seen any more', () => {
  it('is not forgotten while its listeners may be there', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    emulator.patchState({ slbs: [{ slbId: 'slb-1', userId: 'somebody-else' }] });
    await expect(actor.delete(processes.start())).rejects.toThrow(
      /shows the address 10\.0\.0\.1, 203\.0\.113\.1, which no SLB of this account has.*listeners of the Service may remain there/,
    );
    emulator.patchState({ slbs: [{ slbId: 'slb-1', userId: emulator.credentials.userId }] });
    await actor.delete(processes.start());
    expect(processes.picture()).toEqual([]);
  });

  it('is done with where the SLB itself is gone', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actors = ['a', 'b'].map(
      (head, index) =>
        new ServiceActor(buildService({ uid: uidOf(head), ports: [tcp(80 + index, 30080)] })),
    );
    await Promise.all(actors.map((actor) => actor.ensure(process, buildNodes(1))));
    emulator.replaceState({ slbs: twoSlbs.slbs.slice(1) });
    await actors[0]?.delete(process);
    await expect(actors[1]?.delete(processes.start())).resolves.toBeUndefined();
  });

  it('cannot be taken for clean by a process that may not list', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1), { crash: true });
    emulator.setFaults([{ operation: 'ListLoadBalancers', code: '107.000400' }]);
    await expect(actor.annotate(slbIdKey, undefined).delete(processes.start())).rejects.toThrow(
      '107.000400',
    );
  });
});

it('plans a move without making it', async () => {
  await using emulator = await startEmulator({ seed: twoSlbs });
  await using processes = new Processes(emulator);
  const actor = new ServiceActor(buildService());
  await actor.ensure(processes.start(configFor(emulator)), buildNodes(1));
  const before = emulator.state();
  actor.annotate(slbIdKey, 'slb-2');
  const steps = await processes
    .start()
    .plan?.(
      { clusterName: 'kubernetes', service: actor.service, nodes: buildNodes(1) },
      actor.options(),
    );
  expect(steps).toEqual([
    {
      operation: 'CreateListener',
      target: 'k8s_a000000000004000_TCP_80',
      detail: 'TCP port 80, to node port 30080',
    },
    { operation: 'AddMembers', target: 'k8s_a000000000004000_TCP_80', detail: 'ecs-n1' },
    {
      operation: 'DeleteListener',
      target: 'k8s_a000000000004000_TCP_80',
      detail: `remove ${before.listeners[0]?.listenerId} from SLB "slb-1"`,
    },
  ]);
  expect(emulator.state()).toEqual(before);
});
