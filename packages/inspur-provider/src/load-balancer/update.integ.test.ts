import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { systemClock } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNode, buildNodes, buildService, tcp } from '../testing/service-fixtures.ts';

const ports = [tcp(80, 30080), tcp(81, 30081)];

describe('update', () => {
  it('costs one write per listener and no read for a node that joins or leaves', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(process, buildNodes(2));
    processes.operations();
    await actor.update(process, buildNodes(3));
    expect(processes.operations()).toEqual(['AddMembers', 'AddMembers']);
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080 ecs-n3:30080',
      'slb-1 TCP/81 k8s_a000000000004000_TCP_81: ecs-n1:30081 ecs-n2:30081 ecs-n3:30081',
    ]);
    await actor.update(process, buildNodes(1));
    expect(processes.operations()).toEqual(['RemoveMembers', 'RemoveMembers']);
    await actor.update(process, buildNodes(1));
    expect(processes.operations()).toEqual([]);
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080',
      'slb-1 TCP/81 k8s_a000000000004000_TCP_81: ecs-n1:30081',
    ]);
  });

  it('adds before it removes, and gives a node with a new address its new member', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    const since = emulator.calls().next;
    await actor.update(process, [buildNode('n1', '192.168.1.1'), buildNode('n3', '192.168.0.3')]);
    expect(emulator.calls(since).calls.map(({ operation }) => operation)).toEqual([
      'RemoveMembers',
      'AddMembers',
      'RemoveMembers',
    ]);
    const members = emulator.state().members.map(({ serverId, serverIp }) => [serverId, serverIp]);
    expect(members).toEqual([
      ['ecs-n3', '192.168.0.3'],
      ['ecs-n1', '192.168.1.1'],
    ]);
  });

  it('looks first where the process is new', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(processes.start(), buildNodes(2));
    processes.operations();
    await actor.update(processes.start(), buildNodes(3));
    expect(processes.operations()).toEqual([
      'AddMembers',
      'AddMembers',
      'GetLoadBalancer',
      'ListListeners',
      'ListMembers',
      'ListMembers',
    ]);
  });

  it('looks again and puts everything right where a write is refused', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(process, buildNodes(2));
    const { listeners, members, ...rest } = emulator.state();
    const [, kept] = listeners;
    emulator.replaceState({
      ...rest,
      listeners: listeners.slice(1),
      members: members.filter(({ listenerId }) => listenerId === kept?.listenerId),
    });
    await actor.update(process, buildNodes(3));
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080 ecs-n3:30080',
      'slb-1 TCP/81 k8s_a000000000004000_TCP_81: ecs-n1:30081 ecs-n2:30081 ecs-n3:30081',
    ]);
    // What was put right is known again.
    processes.operations();
    await actor.update(process, buildNodes(4));
    expect(processes.operations()).toEqual(['AddMembers', 'AddMembers']);
  });

  it.each([
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, 'LoadBalancer'],
    ['has another type', {}, 'ClusterIP'],
  ])('makes no listener for a Service that %s', async (_, metadata, type) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ ports: ports.slice(1) }));
    await actor.ensure(processes.start(), buildNodes(1));
    actor.edit((service) => ({
      ...service,
      metadata: { ...service.metadata, ...metadata },
      spec: { ...service.spec, type, ports },
    }));
    await actor.update(processes.start(), buildNodes(2));
    expect(processes.picture()).toEqual([
      'slb-1 TCP/81 k8s_a000000000004000_TCP_81: ecs-n1:30081 ecs-n2:30081',
    ]);
  });

  it('fails where the cloud cannot be reached, and knows nothing afterwards', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'AddMembers', code: '107.103500', times: 1 }]);
    await actor.update(process, buildNodes(2));
    emulator.setFaults([{ code: '107.103500' }]);
    await expect(actor.update(process, buildNodes(3))).rejects.toThrow('107.103500');
    emulator.setFaults([]);
    processes.operations();
    await actor.update(process, buildNodes(3));
    expect(processes.operations()).toContain('ListMembers');
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080 ecs-n3:30080',
    ]);
  });

  it('reads again what a change was cut off from, so that no member is added twice', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    const stop = new AbortController();
    // The cloud does the work, and the answer does not come before the caller has gone.
    emulator.setFaults([{ operation: 'AddMembers', delayMs: 30_000 }]);
    const input = { clusterName: 'kubernetes', service: actor.service, nodes: buildNodes(3) };
    const updating = process.update(input, actor.options(stop.signal));
    for (let turn = 0; emulator.state().members.length < 3; turn++) {
      if (turn === 5000) throw new Error('the member was never added');
      await systemClock.sleep(1);
    }
    stop.abort(new Error('the caller has gone'));
    await expect(updating).rejects.toThrow('the caller has gone');
    emulator.setFaults([]);
    await actor.update(process, buildNodes(3));
    expect(emulator.state().members).toHaveLength(3);
  });

  it('leaves a Service without an SLB id alone', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    await new ServiceActor(buildService({ slbId: '' })).update(processes.start(), buildNodes(1));
    expect(processes.operations()).toEqual([]);
  });
});
