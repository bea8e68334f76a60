import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNode, buildNodes, buildService, slbIdKey, tcp } from '../testing/service-fixtures.ts';

const held = {
  listenerId: 'listener-x',
  slbId: 'slb-1',
  listenerName: 'web',
  protocol: 'TCP',
  port: 443,
} as const;

describe('everything that is not as the Service asks for is told', () => {
  it('names each Node that the cloud refuses, even if it refuses all', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    const process = processes.start();
    const nodes = [buildNode('n8', '192.168.0.8'), buildNode('n9', '192.168.0.9')];
    await expect(actor.ensure(process, nodes)).rejects.toThrow('107.101404');
    expect(actor.reports.map(({ reason }) => reason)).toEqual(['NodeSkipped', 'NodeSkipped']);
    expect(actor.reports.map(({ message }) => message.slice(0, 36))).toEqual([
      'node "n8" gets no traffic from SLB "',
      'node "n9" gets no traffic from SLB "',
    ]);
    // A listener that serves nobody is looked at again whenever the Nodes change.
    await actor.update(process, [...nodes, ...buildNodes(1)]);
    expect(processes.picture()).toEqual(['slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080']);
  });

  it('names each Node that one listener lacks, although another listener fails', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ ports: [tcp(80, 30080), tcp(443, 30443)] }));
    emulator.setFaults([{ operation: 'AddMembers', status: 403, times: 1 }]);
    const nodes = [...buildNodes(1), buildNode('n9', '192.168.0.9')];
    await expect(actor.ensure(processes.start(), nodes)).rejects.toThrow('403');
    expect(actor.reports).toMatchObject([
      { reason: 'NodeSkipped', message: expect.stringMatching(/^node "n9" gets no traffic from/) },
    ]);
  });

  it('names a port that others hold beside another failure', async () => {
    await using emulator = await startEmulator({ seed: { ...twoSlbs, listeners: [held] } });
    await using processes = new Processes(emulator);
    const ports = [tcp(80, 30080), tcp(443, 30443)];
    const actor = new ServiceActor(buildService({ ports }));
    const nodes = [buildNode('n9', '192.168.0.9')];
    await expect(actor.ensure(processes.start(), nodes)).rejects.toThrow(
      /107\.101404[^]*port TCP 443 of SLB "slb-1" is held by the listener "web"/,
    );
  });
});

describe('a Service without node ports, which no SLB can serve', () => {
  it('keeps the ports of the members that it has', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    const withoutNodePort = [{ protocol: 'TCP', port: 80, nodePort: 0 }];
    actor.edit((service) => ({ ...service, spec: { ...service.spec, ports: withoutNodePort } }));
    await expect(actor.ensure(process, buildNodes(3).slice(1))).rejects.toThrow('has no node port');
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n2:30080 ecs-n3:30080',
    ]);
  });
});

describe('a quota of the SLB', () => {
  it('takes the members that fit once a listener that is not wanted any more is gone', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs, memberRules: { perSlb: 3 } });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ ports: [tcp(443, 30443)] }));
    await actor.ensure(process, buildNodes(2));
    actor.edit((service) => ({ ...service, spec: { ...service.spec, ports: [tcp(80, 30080)] } }));
    await actor.ensure(process, buildNodes(2));
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080',
    ]);
    expect(actor.reports).toEqual([]);
  });
});

it('finds what version 0.1 left on the former SLB, although the account could not be searched at first', async () => {
  const oldListener = { ...held, listenerName: 'k8s_a0000000_TCP_80', port: 80 };
  await using emulator = await startEmulator({ seed: { ...twoSlbs, listeners: [oldListener] } });
  await using processes = new Processes(emulator);
  const process = processes.start();
  const actor = new ServiceActor(buildService());
  const loadBalancer = { ingress: [{ ip: '10.0.0.1' }] };
  actor.edit((service) => ({ ...service, status: { loadBalancer } })).annotate(slbIdKey, 'slb-2');
  emulator.setFaults([{ operation: 'ListLoadBalancers', status: 403, times: 1 }]);
  await actor.ensure(process, buildNodes(1));
  expect(actor.addresses).toEqual(['10.0.0.2', '203.0.113.2']);
  expect(actor.reports.map(({ reason }) => reason)).toEqual(['CleanupPending']);
  expect(actor.requeues).toEqual([60_000]);
  await actor.ensure(process, buildNodes(1));
  expect(processes.picture()).toEqual(['slb-2 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080']);
});

it('creates nothing for a Service that has no finalizer yet, although its Nodes change', async () => {
  await using emulator = await startEmulator({ seed: twoSlbs });
  await using processes = new Processes(emulator);
  const actor = new ServiceActor(buildService());
  await actor.update(processes.start(), buildNodes(1));
  expect(processes.picture()).toEqual([]);
});
