import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import type { InspurConfig } from '../cloud-config.ts';
import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNodes, buildService, slbIdKey, tcp } from '../testing/service-fixtures.ts';

const legacy = {
  slbId: 'slb-1',
  listenerId: 'legacy-1',
  listenerName: 'k8s_a0000000_TCP_80',
  protocol: 'TCP',
  port: 80,
  forwardRule: 'RR',
} as const;
const member = {
  backendId: 'legacy-member',
  listenerId: 'legacy-1',
  serverId: 'ecs-n1',
  serverIp: '192.168.0.1',
  port: 30080,
} as const;

/** A Service as version 0.1 left it: with its finalizer, and with a status unless it was stopped before. */
function actorOf01(addresses: readonly string[] = ['10.0.0.1', '203.0.113.1']): ServiceActor {
  return new ServiceActor(buildService()).edit((service) => ({
    ...service,
    metadata: { ...service.metadata, finalizers: [LoadBalancerCleanupFinalizer] },
    status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) } },
  }));
}

describe('a listener under the name of version 0.1', () => {
  it('is the listener of the Service on the SLB that it names, and no reason for a write', async () => {
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, listeners: [legacy], members: [member] },
    });
    await using processes = new Processes(emulator);
    const actor = actorOf01();
    const process = processes.start();
    const before = emulator.state();
    await actor.ensure(process, buildNodes(1));
    expect(emulator.state()).toEqual(before);
    await actor.update(process, buildNodes(2));
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a0000000_TCP_80: ecs-n1:30080 ecs-n2:30080',
    ]);
  });

  it('is renamed in place by the next change', async () => {
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, listeners: [legacy], members: [member] },
    });
    await using processes = new Processes(emulator);
    const actor = actorOf01().annotate('loadbalancer.inspur.com/forward-rule', 'WRR');
    await actor.ensure(processes.start(), buildNodes(1));
    expect(emulator.state().listeners).toMatchObject([
      { listenerId: 'legacy-1', listenerName: 'k8s_a000000000004000_TCP_80', forwardRule: 'WRR' },
    ]);
    expect(processes.operations()).not.toContain('CreateListener');
  });

  it.each([
    ['the SLB that it names', (actor: ServiceActor) => actor],
    [
      'the SLB whose addresses its status shows',
      (actor: ServiceActor) => actor.annotate(slbIdKey, 'slb-2'),
    ],
  ])('is removed with the Service from %s', async (_, edit) => {
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, listeners: [legacy], members: [member] },
    });
    await using processes = new Processes(emulator);
    await edit(actorOf01()).delete(processes.start());
    expect(processes.picture()).toEqual([]);
  });

  it('moves with the Service from the SLB whose addresses its status shows', async () => {
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, listeners: [legacy], members: [member] },
    });
    await using processes = new Processes(emulator);
    await actorOf01().annotate(slbIdKey, 'slb-2').ensure(processes.start(), buildNodes(1));
    expect(processes.picture()).toEqual(['slb-2 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080']);
  });

  it('is never touched on any other SLB, because another Service may share eight digits', async () => {
    const elsewhere = { ...legacy, slbId: 'slb-2' };
    await using emulator = await startEmulator({
      seed: { ...twoSlbs, listeners: [elsewhere], members: [member] },
    });
    await using processes = new Processes(emulator);
    const before = emulator.state();
    // Without a status, the whole account is searched.
    const actor = actorOf01([]);
    const process = processes.start();
    await actor.ensure(process, buildNodes(1));
    await actor.delete(process);
    expect(emulator.state()).toEqual(before);
  });

  it('is not touched on an SLB where only a survey finds the Service', async () => {
    const left = {
      ...legacy,
      slbId: 'slb-2',
      listenerId: 'left-1',
      listenerName: 'k8s_a000000000004000_TCP_81',
      port: 81,
    };
    const other = { ...legacy, slbId: 'slb-2' };
    await using emulator = await startEmulator({ seed: { ...twoSlbs, listeners: [left, other] } });
    await using processes = new Processes(emulator);
    await actorOf01().delete(processes.start());
    expect(processes.picture()).toEqual(['slb-2 TCP/80 k8s_a0000000_TCP_80:']);
  });
});

describe('two Services that share the first eight digits of their UIDs', () => {
  it('never touch each other’s listeners', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const [one, two] = ['1', '2'].map(
      (digit, index) =>
        new ServiceActor(
          buildService({
            uid: `a0000000-000${digit}-4000-8000-000000000000`,
            ports: [tcp(80 + index, 30080)],
          }),
        ),
    );
    if (one === undefined || two === undefined) throw new Error('there are no actors');
    await one.ensure(processes.start(), buildNodes(1));
    await two.ensure(processes.start(), buildNodes(1));
    await one.ensure(processes.start(), buildNodes(2));
    await one.delete(processes.start());
    expect(processes.picture()).toEqual(['slb-1 TCP/81 k8s_a000000000024000_TCP_81: ecs-n1:30080']);
  });
});

describe('an answer of a gateway', () => {
  it.each([
    ['JSON', { status: 404, body: '{"message":"no route"}' }],
    ['nothing', { status: 404, body: '' }],
    ['another code under status 200', { status: 200, body: '{"code":"107.123456"}' }],
  ])('with 404 and %s does not count as "the SLB is gone"', async (_, effect) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    for (const next of [process, processes.start()]) {
      emulator.setFaults([{ ...effect, code: 'none' }]);
      await expect(actor.delete(next)).rejects.toThrow(/SLB/);
      emulator.setFaults([]);
    }
    expect(processes.picture()).toHaveLength(1);
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });
});

function allowing(allowedSlbIds: readonly string[]): Pick<InspurConfig, 'loadBalancer'> {
  return { loadBalancer: { defaults: { listenerPortMode: 'service' }, allowedSlbIds } };
}

describe('an empty list of SLBs', () => {
  it('proves nothing about an account whose SLB can be read', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    const process = processes.start();
    emulator.setFaults([{ operation: 'ListLoadBalancers', code: 'none', status: 200, body: '[]' }]);
    await expect(actor.delete(process)).rejects.toThrow(
      'the list of all SLBs of the account is not complete',
    );
    emulator.setFaults([]);
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });
});

describe('an SLB that loadBalancer.allowedSlbIds does not allow', () => {
  it('gets no listener and no call', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    const process = processes.start(allowing(['slb-2', 'shared-*']));
    await expect(actor.ensure(process, buildNodes(1))).rejects.toMatchObject({
      code: 'SLB_NOT_ALLOWED',
      message: expect.stringContaining(
        'SLB "slb-1" (annotation service.beta.kubernetes.io/inspur-load-balancer-slbid) is not in loadBalancer.allowedSlbIds',
      ),
    });
    expect(processes.operations()).toEqual([]);
    await expect(actor.delete(process)).resolves.toBeUndefined();
  });

  it('keeps the members of a Service that is there already, which can be deleted', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    const process = processes.start(allowing([]));
    await expect(actor.ensure(process, buildNodes(2))).rejects.toThrow('is not in loadBalancer');
    expect(processes.picture()).toEqual([
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080',
    ]);
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });
});

describe('a Service that names no SLB', () => {
  it.each([
    ['no annotation', undefined, false],
    ['an empty one', '', false],
    ['blanks', '  ', false],
    ['an id', 'slb-1', true],
    ['what is no id, which must be told', 'no id!', true],
  ])('is claimed only if it has an id: %s', async (_, slbId, claimed) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const { service } = new ServiceActor(buildService()).annotate(slbIdKey, slbId);
    expect(processes.start().claims?.(service)).toBe(claimed);
  });

  it.each([
    ['as another implementation wrote it', [{ ip: '192.0.2.1' }]],
    ['cleared', []],
  ])(
    'has the status of the SLB that carries its listeners, and not its own, %s',
    async (_, ingress) => {
      await using emulator = await startEmulator({ seed: twoSlbs });
      await using processes = new Processes(emulator);
      const actor = new ServiceActor(buildService());
      const status = await actor.ensure(processes.start(), buildNodes(1));
      actor.annotate(slbIdKey, undefined);
      actor.edit((service) => ({ ...service, status: { loadBalancer: { ingress } } }));
      expect(await actor.get(processes.start())).toEqual(status);
    },
  );
});
