import { OptionError, RetryAfterError } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNode, buildNodes, buildService, tcp, udp } from '../testing/service-fixtures.ts';

describe('ensure', () => {
  it('makes a listener per port with all nodes behind it, in six calls for two ports', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ ports: [tcp(80, 30080), udp(53, 30053)] }));
    await actor.ensure(processes.start(), buildNodes(2));
    expect(processes.operations()).toEqual([
      'AddMembers',
      'AddMembers',
      'CreateListener',
      'CreateListener',
      'GetLoadBalancer',
      'ListListeners',
    ]);
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080',
      'slb-1 UDP/53 k8s_a000000000004000_UDP_53: ecs-n1:30053 ecs-n2:30053',
    ]);
    expect(actor.addresses).toEqual(['10.0.0.1', '203.0.113.1']);
    expect(actor.reports).toEqual([]);
    expect(emulator.state().members[0]).toMatchObject({
      serverName: 'n1',
      serverIp: '192.168.0.1',
      type: 'ECS',
      weight: 10,
    });
  });

  it('shows the private address alone where there is no public one', async () => {
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, slbs: [{ slbId: 'slb-1', businessIp: '10.0.0.1' }] },
    });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    expect(actor.addresses).toEqual(['10.0.0.1']);
  });

  it('only reads where there is nothing to do, also after a restart', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(
      buildService({
        ports: [tcp(80, 30080), udp(53, 30053)],
        annotations: {
          'loadbalancer.inspur.com/is-healthcheck': '1',
          'loadbalancer.inspur.com/healthcheck-type': 'http',
          'loadbalancer.inspur.com/healthcheck-domain': 'example.com',
        },
      }),
    );
    const first = processes.start();
    await actor.ensure(first, buildNodes(2));
    processes.operations();
    for (const process of [first, processes.start()]) {
      await actor.ensure(process, buildNodes(2));
      expect(processes.operations()).toEqual([
        'GetLoadBalancer',
        'ListListeners',
        'ListMembers',
        'ListMembers',
      ]);
    }
  });

  it('touches only the listener of a port that was added, changed or removed', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ ports: [tcp(80, 30080), tcp(81, 30081)] }));
    await actor.ensure(process, buildNodes(1));
    const idOf = (port: number): string | undefined =>
      emulator.state().listeners.find((listener) => listener.port === port)?.listenerId;
    const kept = idOf(80);
    processes.operations();

    const setPorts = (...ports: ReturnType<typeof tcp>[]): ServiceActor =>
      actor.edit((service) => ({ ...service, spec: { ...service.spec, ports } }));
    await setPorts(tcp(80, 30080), udp(81, 30081)).ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080',
      'slb-1 UDP/81 k8s_a000000000004000_UDP_81: ecs-n1:30081',
    ]);
    expect(processes.operations()).toEqual([
      'AddMembers',
      'CreateListener',
      'DeleteListener',
      'GetLoadBalancer',
      'ListListeners',
      'ListMembers',
      'ListMembers',
    ]);

    await setPorts(tcp(80, 30090)).ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual(['slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30090']);
    expect(processes.operations()).toContain('UpdateMember');
    expect(idOf(80)).toBe(kept);
  });

  it('changes a listener in place, and whole, when an annotation changes', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(
      buildService({ annotations: { 'loadbalancer.inspur.com/is-healthcheck': 'true' } }),
    );
    await actor.ensure(process, buildNodes(1));
    const before = emulator.state().listeners[0];
    processes.operations();
    await actor
      .annotate('loadbalancer.inspur.com/forward-rule', 'WR')
      .ensure(process, buildNodes(1));
    expect(emulator.state().listeners[0]).toEqual({ ...before, forwardRule: 'WRR' });
    expect(processes.operations()).toEqual([
      'GetLoadBalancer',
      'ListListeners',
      'ListMembers',
      'UpdateListener',
    ]);
  });

  it('puts right what somebody else changed on our listeners', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    const before = emulator.state();
    const [one, two] = before.members;
    emulator.replaceState({
      ...before,
      listeners: before.listeners.map((listener) => ({ ...listener, forwardRule: 'LC' })),
      members: [
        { ...one, weight: 1 },
        { ...two, serverIp: '192.168.9.9' },
        { ...two, backendId: 'backend-twice', serverId: 'ecs-n5' },
      ],
    });
    await actor.ensure(process, buildNodes(2));
    expect(emulator.state().listeners).toEqual(before.listeners);
    expect(emulator.state().members).toEqual(
      before.members.map((member) => ({ ...member, backendId: expect.any(String) })),
    );
  });

  it('makes listeners without members where there are no nodes', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), []);
    expect(processes.picture()).toEqual(['slb-1 TCP/80 k8s_a000000000004000_TCP_80:']);
    expect(processes.operations()).not.toContain('AddMembers');
  });

  it.each([
    ['node-port', ['slb-1 TCP/30080 k8s_a000000000004000_TCP_30080: ecs-n1:30080']],
    [
      'both',
      [
        'slb-1 TCP/30080 k8s_a000000000004000_TCP_30080: ecs-n1:30080',
        'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080',
      ],
    ],
  ] as const)('listens by the port mode %s of the cloud-config', async (mode, picture) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    const process = processes.start({
      loadBalancer: { defaults: { listenerPortMode: mode }, allowedSlbIds: undefined },
    });
    await actor.ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual(picture);
    await actor
      .annotate('loadbalancer.inspur.com/listener-port-mode', 'service')
      .ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual(['slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080']);
  });

  it.each([
    [
      buildService({ annotations: { 'loadbalancer.inspur.com/healthcheck-port': '99999' } }),
      OptionError,
      'annotation loadbalancer.inspur.com/healthcheck-port has the value "99999"; allowed: a whole number from 0 to 65535',
    ],
    [
      buildService({ ports: [{ protocol: 'SCTP', port: 80, nodePort: 30080 }] }),
      Error,
      'speak TCP and UDP only',
    ],
    [buildService({ ports: [{ protocol: 'TCP', port: 80 }] }), Error, 'has no node port'],
  ])('makes no call at all for what cannot be followed', async (service, type, message) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const ensuring = new ServiceActor(service).ensure(processes.start(), buildNodes(1));
    await expect(ensuring).rejects.toThrow(type);
    await expect(ensuring).rejects.toThrow(message);
    expect(processes.operations()).toEqual([]);
  });

  it('shows a misspelt annotation once and goes on with the rest', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(
      buildService({ annotations: { 'loadbalancer.inspur.com/foward-rule': 'WRR' } }),
    );
    await actor.ensure(process, buildNodes(1));
    await actor.ensure(process, buildNodes(1));
    expect(actor.reports).toEqual([
      {
        type: 'Warning',
        reason: 'UnknownAnnotation',
        message:
          'annotation "loadbalancer.inspur.com/foward-rule" is not known and is ignored; did you mean "loadbalancer.inspur.com/forward-rule"?',
      },
    ]);
    expect(processes.picture()).toHaveLength(1);
  });

  it('names the nodes that cannot be members and goes on with the rest', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), [
      buildNode('n3', '192.168.0.3', 'inspur://ecs-n1'),
      ...buildNodes(2),
      buildNode('n4', ''),
    ]);
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080',
    ]);
    expect(actor.reports.map(({ type, message }) => `${type} ${message}`)).toEqual([
      expect.stringContaining('Warning nodes "n1" and "n3" both have the server "ecs-n1"'),
      'Warning node "n4" gets no traffic: it has no InternalIP',
    ]);
  });

  it.each([
    [
      'slb-9',
      'SLB "slb-9" (annotation service.beta.kubernetes.io/inspur-load-balancer-slbid) does not exist (GetLoadBalancer: code 107.001404',
    ],
    [
      'slb-3',
      'SLB "slb-3" (annotation service.beta.kubernetes.io/inspur-load-balancer-slbid) belongs to another account (GetLoadBalancer: code 107.001401',
    ],
  ])('says what is wrong with %s, and lets such a Service be deleted', async (slbId, message) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ slbId }));
    await expect(actor.ensure(process, buildNodes(1))).rejects.toThrow(message);
    await expect(actor.delete(process)).resolves.toBeUndefined();
    await expect(actor.delete(processes.start())).resolves.toBeUndefined();
    expect(processes.picture()).toEqual([]);
  });

  it.each([
    ['creating', RetryAfterError, 'is still being created'],
    ['error', Error, 'cannot be used because its state is "error"'],
    ['deleting', Error, 'cannot be used because its state is "deleting"'],
  ] as const)('puts nothing on an SLB whose state is %s', async (state, type, message) => {
    const slb = { slbId: 'slb-1', businessIp: '10.0.0.1', state };
    await using emulator = await startEmulator({ seed: { ...twoSlbs, slbs: [slb] } });
    await using processes = new Processes(emulator);
    const ensuring = new ServiceActor(buildService()).ensure(processes.start(), buildNodes(1));
    await expect(ensuring).rejects.toThrow(type);
    await expect(ensuring).rejects.toThrow(message);
    expect(processes.operations()).toEqual(['GetLoadBalancer', 'ListListeners']);
  });

  it('leaves a Service without an SLB id alone', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ slbId: '' }));
    await expect(actor.ensure(processes.start(), buildNodes(1))).resolves.toEqual({});
    expect(processes.operations()).toEqual([]);
  });
});
