import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNodes, buildService, tcp, udp, uidOf } from '../testing/service-fixtures.ts';

const stranger = { listenerId: 'listener-x', slbId: 'slb-1', protocol: 'TCP', port: 80 } as const;
const strangersMember = {
  backendId: 'backend-x',
  listenerId: 'listener-x',
  serverId: 'ecs-n5',
  serverIp: '192.168.0.5',
  port: 8080,
} as const;

describe('one SLB for several', () => {
  it('carries two Services in peace', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const web = new ServiceActor(buildService({ uid: uidOf('a'), ports: [tcp(80, 30080)] }));
    const dns = new ServiceActor(
      buildService({ uid: uidOf('b'), ports: [udp(80, 30053), tcp(53, 30054)] }),
    );
    await Promise.all([web.ensure(process, buildNodes(1)), dns.ensure(process, buildNodes(2))]);
    await web.ensure(process, buildNodes(3));
    await dns.delete(process);
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080 ecs-n3:30080',
    ]);
  });

  it.each([
    ['web', 'was not created for a Service'],
    ['listener_30080_0', 'the Go cloud-provider-inspur created'],
    ['k8s_bbbbbbbbcccccccc_TCP_80', 'belongs to another Service (UID bbbbbbbbcccccccc…)'],
    ['k8s_a000000000004000_TCP_80_2', 'was not created for a Service'],
    ['k8s_a0000000', 'was not created for a Service'],
    ['K8S_a0000000_TCP_80', 'was not created for a Service'],
    ['k8s_a000000000004000_TCP_080', 'was not created for a Service'],
  ])('names %p as the holder of a port, and serves the other ports', async (name, maker) => {
    await using emulator = await startEmulator({
      seed: {
        ...twoSlbs,
        listeners: [{ ...stranger, listenerName: name }],
        members: [strangersMember],
      },
    });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const before = emulator.state();
    const actor = new ServiceActor(buildService({ ports: [tcp(80, 30080), tcp(443, 30443)] }));
    await expect(actor.ensure(process, buildNodes(1))).rejects.toThrow(
      `port TCP 80 of SLB "slb-1" is held by the listener "${name}" (listener-x, TCP), which ${maker}. Remove that listener, or use another port or another SLB.`,
    );
    expect(processes.picture()).toContain(
      'slb-1 TCP/443 k8s_a000000000004000_TCP_443: ecs-n1:30443',
    );
    await actor.update(process, buildNodes(2));
    expect(processes.picture()).toContain(
      'slb-1 TCP/443 k8s_a000000000004000_TCP_443: ecs-n1:30443 ecs-n2:30443',
    );
    await actor.delete(process);
    expect(emulator.state()).toEqual(before);
  });

  it('knows that an HTTP listener stands in the way of TCP, and not of UDP', async () => {
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, listeners: [{ ...stranger, protocol: 'HTTP' }] },
    });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const tcpService = new ServiceActor(buildService());
    await expect(tcpService.ensure(process, buildNodes(1))).rejects.toThrow(
      'port TCP 80 of SLB "slb-1" is held by the listener "listener-x" (listener-x, HTTP)',
    );
    const udpService = new ServiceActor(buildService({ uid: uidOf('b'), ports: [udp(80, 30080)] }));
    await udpService.ensure(process, buildNodes(1));
    expect(udpService.addresses).not.toEqual([]);
  });

  it('gets the port once its holder is gone', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const first = new ServiceActor(buildService({ uid: uidOf('a') }));
    const second = new ServiceActor(buildService({ uid: uidOf('b') }));
    await first.ensure(process, buildNodes(1));
    await expect(second.ensure(process, buildNodes(1))).rejects.toThrow(
      'k8s_a000000000004000_TCP_80',
    );
    await first.delete(process);
    await second.ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual(['slb-1 TCP/80 k8s_b000000000004000_TCP_80: ecs-n1:30080']);
  });

  it('says who was faster where two want a port at the same moment', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actors = ['a', 'b'].map((head) => new ServiceActor(buildService({ uid: uidOf(head) })));
    // Long enough that both have looked before either creates.
    emulator.setLatency({ ms: 50 });
    const results = await Promise.allSettled(
      actors.map((actor) => actor.ensure(process, buildNodes(1))),
    );
    const [listener] = emulator.state().listeners;
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'PORT_CLASH',
        message: expect.stringContaining(`"${listener?.listenerName}" (${listener?.listenerId}`),
      },
    });
    const creations = processes.operations().filter((name) => name === 'CreateListener');
    expect(creations).toHaveLength(2);
  });
});
