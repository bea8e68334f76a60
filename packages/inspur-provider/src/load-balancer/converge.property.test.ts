import type { Node, ServicePort } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { runs } from '@k8s-ccm/foundation/testing';
import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNode, buildService, uidOf } from '../testing/service-fixtures.ts';
import { PortClashError } from './load-balancer-errors.ts';
import { portKey } from './load-balancer-plan.ts';

const uid = uidOf('a');
const portNumber = fc.constantFrom(80, 81, 82, 443);
const nodePort = fc.constantFrom(30080, 30081, 80, 81);
const protocol = fc.constantFrom('TCP', 'UDP');

const servicePorts: fc.Arbitrary<readonly ServicePort[]> = fc.uniqueArray(
  fc.record({ protocol, port: portNumber, nodePort }),
  { selector: ({ protocol: name, port }) => `${name}/${port}`, maxLength: 4 },
);

const nodes: fc.Arbitrary<readonly Node[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('n1', 'n2', 'n3', 'n4'),
      ip: fc.constantFrom('192.168.0.1', '192.168.0.2', ''),
    }),
    { selector: ({ name }) => name },
  )
  .map((list) => list.map(({ name, ip }) => buildNode(name, ip)));

const annotations = fc.record(
  {
    'loadbalancer.inspur.com/listener-port-mode': fc.constantFrom('service', 'node-port', 'both'),
    'loadbalancer.inspur.com/forward-rule': fc.constantFrom('RR', 'WRR', 'WR'),
    'loadbalancer.inspur.com/is-healthcheck': fc.constantFrom('0', '1', 'true', 'false'),
    'loadbalancer.inspur.com/healthcheck-type': fc.constantFrom('tcp', 'http'),
    'loadbalancer.inspur.com/healthcheck-period': fc.constantFrom('1', '30'),
    'loadbalancer.inspur.com/healthcheck-path': fc.constantFrom('/', '/healthz?x=1'),
  },
  { requiredKeys: [] },
);

const member = fc.record({
  serverId: fc.constantFrom('ecs-n1', 'ecs-n2', 'ecs-n5'),
  serverIp: fc.constantFrom('192.168.0.1', '192.168.0.9'),
  port: nodePort,
  weight: fc.constantFrom(1, 10),
});

/** Anything that may stand on an SLB: ours of earlier days, another Service's, a person's. */
const listenerWire = fc.record({
  slbId: fc.constantFrom('slb-1', 'slb-2'),
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'HTTP' as const),
  port: fc.oneof(portNumber, nodePort),
  forwardRule: fc.constantFrom('RR' as const, 'LC' as const),
  isHealthCheck: fc.constantFrom('0' as const, '1' as const),
  listenerName: fc.constantFrom(
    'k8s_a000000000004000_TCP_80',
    'k8s_a000000000004000_TCP_443',
    'k8s_a000000000004000_UDP_81',
    'k8s_b000000000004000_TCP_80',
    'k8s_a000000000004000_TCP_80x',
    'listener_30080_0',
    'web',
  ),
});
const listener = fc.record({ wire: listenerWire, members: fc.array(member, { maxLength: 3 }) });

const existing = fc
  .uniqueArray(listener, {
    selector: ({ wire: { slbId, protocol: name, port } }) => `${slbId}/${portKey(name, port)}`,
    maxLength: 5,
  })
  .map((list) => ({
    listeners: list.map(({ wire }, index) => ({ ...wire, listenerId: `listener-${index}` })),
    members: list.flatMap(({ members }, index) =>
      members.map((wire, number) => ({
        ...wire,
        backendId: `backend-${index}-${number}`,
        listenerId: `listener-${index}`,
      })),
    ),
  }));

const ours = /^k8s_a000000000004000_(?:TCP|UDP|HTTP|HTTPS)_[1-9]\d*$/;
const changing = /^(?:Create|Update|Delete|Add|Remove|Rename|Bind|Unbind)/;

it('comes from any state to the wanted one, stays there, and touches nothing of others', async () => {
  await using emulator = await startEmulator();
  await using processes = new Processes(emulator);

  /** What is not ours, byte for byte. */
  const strangers = (): string => {
    const { listeners, members } = emulator.state();
    const kept = listeners.filter(({ listenerName }) => !ours.test(listenerName));
    const ids = new Set(kept.map(({ listenerId }) => listenerId));
    return JSON.stringify([kept, members.filter(({ listenerId }) => ids.has(listenerId))]);
  };

  await fc.assert(
    fc.asyncProperty(
      servicePorts,
      servicePorts,
      nodes,
      nodes,
      annotations,
      existing,
      async (ports, laterPorts, someNodes, otherNodes, options, state) => {
        emulator.replaceState({ ...twoSlbs, ...state });
        const before = strangers();
        const process = processes.start();
        const actor = new ServiceActor(buildService({ uid, ports, annotations: options }));
        // As after a crash: the finalizer is there, so that leftovers are looked for everywhere.
        actor.edit((service) => ({
          ...service,
          metadata: {
            ...service.metadata,
            finalizers: ['service.kubernetes.io/load-balancer-cleanup'],
          },
        }));

        const settle = async (wanted: readonly Node[]): Promise<void> => {
          const [result] = await Promise.allSettled([actor.ensure(process, wanted)]);
          const clashed = result.status === 'rejected';
          if (clashed && !(result.reason instanceof PortClashError)) throw result.reason;
          const settled = JSON.stringify(emulator.state());
          const input = { clusterName: 'kubernetes', service: actor.service, nodes: wanted };
          const steps = (await process.plan?.(input, actor.options())) ?? [];
          // What is left on another SLB goes only once nothing stands in the way here.
          const here = steps.filter(({ detail }) => !detail.includes('from SLB "slb-2"'));
          expect(here.filter(({ operation }) => operation !== 'None')).toEqual([]);
          expect(here.length > 0).toBe(clashed);
          const left = emulator
            .state()
            .listeners.filter((one) => one.slbId === 'slb-2' && ours.test(one.listenerName));
          expect(clashed ? [] : left).toEqual([]);
          processes.operations();
          await Promise.allSettled([actor.ensure(process, wanted)]);
          await actor.update(process, wanted);
          expect(processes.operations().filter((name) => changing.test(name))).toEqual([]);
          expect(JSON.stringify(emulator.state())).toBe(settled);
          expect(strangers()).toBe(before);
        };

        await settle(someNodes);
        await actor.update(process, otherNodes);
        const updated = JSON.stringify(emulator.state().members.length);
        await settle(otherNodes);
        expect(JSON.stringify(emulator.state().members.length)).toBe(updated);
        actor.edit((service) => ({
          ...service,
          spec: { ...service.spec, ports: laterPorts },
        }));
        await settle(someNodes);
        await actor.delete(process);
        expect(strangers()).toBe(before);
        expect(emulator.state().listeners.filter((one) => ours.test(one.listenerName))).toEqual([]);
      },
    ),
    { numRuns: runs(60) },
  );
}, 60_000);
