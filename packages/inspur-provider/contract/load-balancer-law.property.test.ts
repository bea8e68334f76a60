import type { ServicePort } from '@k8s-ccm/cloud-provider';
import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { faultsOf, slbOperations, wireFaults } from '../src/testing/cloud-faults.ts';
import { histories, historySeed } from './histories.ts';
import type { LawCase, LawFault, LawStep } from './law-case.ts';
import { nodeKinds } from './law-nodes.ts';
import type { LawNode } from './law-nodes.ts';
import type { LawWish } from './law-service.ts';
import { tryCase } from './law-trial.ts';
import { accountUser, LocalCloud } from './local-cloud.ts';
import { portKey } from '../src/load-balancer/load-balancer-plan.ts';

/** A case takes as long as several histories. */
const cases = Math.ceil(histories / 4);

const slbIds = ['slb-1', 'slb-2', 'slb-3'] as const;
const portNumber = fc.constantFrom(80, 81, 443);
const nodePort = fc.constantFrom(30080, 30081, 80);
const protocol = fc.constantFrom('TCP', 'UDP');
const address = fc.constantFrom('192.168.0.1', '192.168.0.2', '192.168.0.3', '192.168.0.9');

const ports: fc.Arbitrary<readonly ServicePort[]> = fc.uniqueArray(
  fc.record({
    protocol: fc.oneof(
      { weight: 20, arbitrary: protocol },
      { weight: 1, arbitrary: fc.constant('SCTP') },
    ),
    port: portNumber,
    nodePort: fc.oneof(
      { weight: 20, arbitrary: nodePort },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
  }),
  { selector: ({ protocol: name, port }) => `${name}/${port}`, maxLength: 3 },
);

const wish: fc.Arbitrary<LawWish> = fc.record({
  slbId: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...slbIds) },
    { weight: 1, arbitrary: fc.constantFrom('', 'slb-9', 'no id!') },
  ),
  ports,
  mode: fc.constantFrom('service', 'node-port', 'both'),
  forwardRule: fc.constantFrom('RR', 'WRR'),
  checksHealth: fc.boolean(),
  flaw: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('misspelled' as const, 'bad-value' as const) },
  ),
  abandoned: fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(...slbIds) },
  ),
});

const nodes: fc.Arbitrary<readonly LawNode[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('n1', 'n2', 'n3', 'n9', 'ecs-n4'),
    kind: fc.oneof(
      { weight: 3, arbitrary: fc.constant('provider-id' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...nodeKinds) },
    ),
    serverId: fc.constantFrom('ecs-n1', 'ecs-n2', 'ecs-n3', 'ecs-gone'),
    address: fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: fc.constant('') }),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

const member = fc.record({
  serverId: fc.constantFrom('ecs-n1', 'ecs-n2', 'ecs-n5'),
  serverIp: address,
  port: nodePort,
  weight: fc.constantFrom(1, 10),
});

/** The Service's under its name and under that of version 0.1, another Service's, the Go program's, a person's. */
const listenerName = fc.constantFrom(
  'k8s_a000000000004000_TCP_80',
  'k8s_a000000000004000_TCP_443',
  'k8s_a000000000004000_UDP_81',
  'k8s_a000000000004000_HTTP_80',
  'k8s_a0000000_TCP_80',
  'k8s_a0000000_UDP_81',
  'k8s_a0000000ffff4000_TCP_80',
  'k8s_b000000000004000_TCP_80',
  'k8s_b0000000_TCP_80',
  'k8s_a000000000004000_TCP_80x',
  'listener_30080_0',
  'web',
);

const existing = fc
  .uniqueArray(
    fc.record({
      wire: fc.record({
        slbId: fc.constantFrom(...slbIds),
        protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'HTTP' as const),
        port: fc.oneof(portNumber, nodePort),
        forwardRule: fc.constantFrom('RR' as const, 'LC' as const),
        isHealthCheck: fc.constantFrom('0' as const, '1' as const),
        listenerName,
      }),
      members: fc.array(member, { maxLength: 3 }),
    }),
    {
      selector: ({ wire: { slbId, protocol: name, port } }) => `${slbId}/${portKey(name, port)}`,
      maxLength: 6,
    },
  )
  .map((list) => ({
    listeners: list.map(({ wire }, index) => ({ ...wire, listenerId: `listener-${index}` })),
    members: list.flatMap(({ members: some }, index) =>
      some.map((wire, number) => ({
        ...wire,
        backendId: `backend-${index}-${number}`,
        listenerId: `listener-${index}`,
      })),
    ),
  }));

const slbFields = fc.record({
  userId: fc.oneof(
    { weight: 8, arbitrary: fc.constant(accountUser) },
    { weight: 1, arbitrary: fc.constant('somebody-else') },
  ),
  state: fc.oneof(
    { weight: 10, arbitrary: fc.constant('active') },
    { weight: 1, arbitrary: fc.constantFrom('creating', 'error', 'deleting') },
  ),
});

const step: fc.Arbitrary<LawStep> = fc.oneof(
  fc.record({ kind: fc.constant('nodes' as const), nodes }),
  fc.record({ kind: fc.constant('wish' as const), wish, restarts: fc.boolean() }),
  fc.record({ kind: fc.constant('restart' as const) }),
  fc.record({ kind: fc.constant('crash' as const), calls: fc.nat(8), wish }),
  fc.record({
    kind: fc.constant('type' as const),
    type: fc.constantFrom('ClusterIP' as const, 'LoadBalancer' as const),
  }),
  fc.record({
    kind: fc.constant('slb' as const),
    slbId: fc.constantFrom(...slbIds),
    fields: fc.oneof(
      { weight: 5, arbitrary: slbFields },
      { weight: 1, arbitrary: fc.constant('gone' as const) },
    ),
  }),
);

const fault: fc.Arbitrary<LawFault> = fc
  .constantFrom(...slbOperations, 'ListServers' as const)
  .chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      fault: fc.constantFrom(...(operation === 'ListServers' ? wireFaults : faultsOf(operation))),
      after: fc.nat(6),
      step: fc.nat(4),
    }),
  );

/** Leaves out members that the cloud would not have taken. */
function lawful<
  T extends {
    readonly listenerId: string;
    readonly serverId: string;
    readonly serverIp: string;
    readonly port: number;
  },
>(members: readonly T[], unique: 'no' | 'server' | 'address'): readonly T[] {
  if (unique === 'no') return members;
  const keyOf = ({ listenerId, port, serverId, serverIp }: T): string =>
    `${listenerId} ${unique === 'server' ? serverId : `${serverIp}:${port}`}`;
  return [...new Map(members.map((one) => [keyOf(one), one])).values()];
}

const lawCase: fc.Arbitrary<LawCase> = fc
  .record({
    wish,
    nodes,
    start: fc.oneof(
      fc.record({
        hasFinalizer: fc.constant(true),
        addresses: fc.constantFrom(
          [],
          ['10.0.0.1', '203.0.113.1'],
          ['10.0.0.2', '203.0.113.2'],
          ['10.0.0.3'],
          ['10.9.9.9'],
          ['10.0.0.1', '10.0.0.2'],
        ),
      }),
    ),
    slbs: fc.tuple(slbFields, slbFields, slbFields),
    existing,
    rules: fc.record({
      unique: fc.constantFrom('no' as const, 'server' as const, 'address' as const),
      perListener: fc.constantFrom(0, 0, 0, 1, 2, 3),
      perSlb: fc.constantFrom(0, 0, 0, 1, 2, 3),
    }),
    allowedSlbIds: fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(['*'], ['slb-1'], ['slb-2', 'slb-3'], []) },
    ),
    listsServers: fc.oneof(
      { weight: 4, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    steps: fc.array(step, { maxLength: 3 }),
    fault: fc.option(fault, { nil: undefined }),
  })
  .map(({ existing: { listeners, members }, slbs, start, ...rest }) => ({
    ...rest,
    ...start,
    listeners,
    members: lawful(members, rest.rules.unique),
    slbs: slbs.map((fields, index) => ({
      slbId: `slb-${index + 1}`,
      businessIp: `10.0.0.${index + 1}`,
      ...(index === 2 ? {} : { eipAddress: `203.0.113.${index + 1}` }),
      ...fields,
    })),
  }));

it(
  'comes from any state to the wanted one in spite of a fault, and tells the reason of all that is left',
  async () => {
    const cloud = new LocalCloud();
    await fc.assert(
      fc.asyncProperty(lawCase, async (given) => {
        expect(await tryCase(cloud, given)).toEqual([]);
      }),
      { numRuns: cases, seed: historySeed },
    );
  },
  60_000 + cases * 1000,
);
