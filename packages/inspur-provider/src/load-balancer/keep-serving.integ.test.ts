import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNodes, buildService, slbIdKey } from '../testing/service-fixtures.ts';

const onSlb1 = 'slb-1 TCP/80 k8s_a000000000004000_TCP_80:';
const onSlb2 = 'slb-2 TCP/80 k8s_a000000000004000_TCP_80:';

describe('a Service whose wishes cannot be followed', () => {
  it.each([
    ['a typo in an annotation', 'loadbalancer.inspur.com/healthcheck-port', 'https', 'allowed'],
    ['an SLB that does not exist', slbIdKey, 'slb-9', 'does not exist'],
    ['an SLB of another account', slbIdKey, 'slb-3', 'belongs to another account'],
    ['what is not an id', slbIdKey, 'no id!', 'the id of an existing SLB'],
  ])('keeps its members up to date, also after a restart: %s', async (_, key, value, message) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    const first = processes.start();
    await actor.ensure(first, buildNodes(2));
    const { status } = actor.service;
    const [before] = emulator.state().listeners;

    actor.annotate(key, value);
    await expect(actor.ensure(first, buildNodes(2))).rejects.toThrow(message);
    await expect(actor.update(first, buildNodes(3).slice(1))).rejects.toThrow(message);
    expect(processes.picture()).toEqual([`${onSlb1} ecs-n2:30080 ecs-n3:30080`]);

    const second = processes.start();
    await expect(actor.ensure(second, buildNodes(1))).rejects.toThrow(message);
    expect(processes.picture()).toEqual([`${onSlb1} ecs-n1:30080`]);
    await expect(actor.update(second, buildNodes(2))).rejects.toThrow(message);
    expect(processes.picture()).toEqual([`${onSlb1} ecs-n1:30080 ecs-n2:30080`]);
    expect(actor.service.status).toEqual(status);
    expect(emulator.state().listeners).toEqual([before]);
  });

  it('keeps its members although the cloud refuses to change the listener', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'UpdateListener', code: '107.000400' }]);
    actor.annotate('loadbalancer.inspur.com/forward-rule', 'WRR');
    await expect(actor.ensure(process, buildNodes(2))).rejects.toThrow('107.000400');
    expect(processes.picture()).toEqual([`${onSlb1} ecs-n1:30080 ecs-n2:30080`]);
  });

  it('makes no call over and over while the Nodes stay the same', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    actor.annotate('loadbalancer.inspur.com/forward-rule', 'sideways');
    processes.operations();
    await expect(actor.ensure(process, buildNodes(2))).rejects.toThrow('sideways');
    expect(processes.operations().filter((name) => !/^(?:Get|List)/.test(name))).toEqual([]);
  });
});

describe('a move away from an SLB that cannot be reached any more', () => {
  const unreachable = { status: 503, path: '/slb-1' };

  it('shows the new SLB, names the old one, and removes what is left once it answers', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'ListListeners', ...unreachable }]);
    await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
    expect(actor.addresses).toEqual(['10.0.0.2', '203.0.113.2']);
    expect(processes.picture()).toEqual([`${onSlb1} ecs-n1:30080`, `${onSlb2} ecs-n1:30080`]);
    expect(actor.reports).toMatchObject([
      {
        type: 'Warning',
        reason: 'CleanupPending',
        message: expect.stringMatching(
          /^listeners of the Service may remain on SLB "slb-1": .*503.*set the annotation loadbalancer\.inspur\.com\/abandon/,
        ),
      },
    ]);
    await actor.ensure(process, buildNodes(1));
    expect(actor.requeues).toEqual([60_000, 60_000]);
    expect(actor.reports).toHaveLength(1);
    emulator.setFaults([]);
    await actor.ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([`${onSlb2} ecs-n1:30080`]);
    expect(actor.requeues).toHaveLength(2);
  });

  it('keeps a Service that is deleted after a restart, too, until the old SLB answers or is given up', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    for (const givesUp of [false, true]) {
      emulator.setFaults([]);
      emulator.replaceState(twoSlbs);
      const actor = new ServiceActor(buildService());
      await actor.ensure(processes.start(), buildNodes(1));
      emulator.setFaults([{ operation: 'ListListeners', ...unreachable }]);
      const other = processes.start();
      await actor.annotate(slbIdKey, 'slb-2').ensure(other, buildNodes(1));
      const process = processes.start();
      await expect(actor.delete(process)).rejects.toThrow(/remain on SLB "slb-1"/);
      expect(processes.picture()).toEqual([`${onSlb1} ecs-n1:30080`]);
      if (givesUp) actor.annotate('loadbalancer.inspur.com/abandon', 'slb-1');
      else emulator.setFaults([]);
      await actor.delete(process);
      expect(processes.picture()).toEqual(givesUp ? [`${onSlb1} ecs-n1:30080`] : []);
    }
  });

  it('forgets the old SLB once the cloud proves that it is gone', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'ListListeners', ...unreachable }]);
    await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
    emulator.setFaults([]);
    const { slbs, listeners, members } = emulator.state();
    const kept = listeners.filter(({ slbId }) => slbId === 'slb-2');
    const ids = new Set(kept.map(({ listenerId }) => listenerId));
    emulator.replaceState({
      ...twoSlbs,
      slbs: slbs.filter(({ slbId }) => slbId !== 'slb-1'),
      listeners: kept,
      members: members.filter(({ listenerId }) => ids.has(listenerId)),
    });
    await actor.ensure(process, buildNodes(1));
    expect(actor.requeues).toEqual([60_000]);
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });

  it('keeps a Service that is deleted until the old SLB answers, or the user gives it up', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    for (const givesUp of [false, true]) {
      emulator.replaceState(twoSlbs);
      const process = processes.start();
      const actor = new ServiceActor(buildService());
      await actor.ensure(process, buildNodes(1));
      emulator.setFaults([{ operation: 'ListListeners', ...unreachable }]);
      await actor.annotate(slbIdKey, 'slb-2').ensure(process, buildNodes(1));
      await expect(actor.delete(process)).rejects.toThrow(/may remain on SLB "slb-1"/);
      expect(processes.picture()).toEqual([`${onSlb1} ecs-n1:30080`]);
      if (givesUp) actor.annotate('loadbalancer.inspur.com/abandon', 'slb-1');
      else emulator.setFaults([]);
      await actor.delete(process);
      expect(processes.picture()).toEqual(givesUp ? [`${onSlb1} ecs-n1:30080`] : []);
    }
  });
});
