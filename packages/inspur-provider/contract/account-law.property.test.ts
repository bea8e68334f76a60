import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { faultsOf, slbOperations } from '../src/testing/cloud-faults.ts';
import type { AccountAction, PeoplesAction, ServiceEdit } from './account-actions.ts';
import { AccountHistory } from './account-history.ts';
import { histories, historySeed } from './histories.ts';
import { LocalCloud } from './local-cloud.ts';

const cluster = fc.nat(1);
const service = fc.nat(4);
const services = fc.uniqueArray(service, { minLength: 1, maxLength: 3 });
const slb = fc.nat(4);
const protocol = fc.constantFrom('TCP' as const, 'UDP' as const);
const calls = fc.nat(12);

const edit: fc.Arbitrary<ServiceEdit> = fc.record({
  slb,
  ports: fc.uniqueArray(fc.record({ protocol, port: fc.constantFrom(80, 81, 443, 8080) }), {
    selector: ({ port, protocol: name }) => `${name}/${port}`,
    maxLength: 3,
  }),
  mode: fc.constantFrom('service', 'service', 'both', 'node-port'),
  checksHealth: fc.boolean(),
  flaw: fc.constantFrom('none', 'none', 'none', 'bad-value'),
});

const which = fc.nat(9);
const peoples: fc.Arbitrary<PeoplesAction> = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    slbId: fc.constantFrom('slb-1', 'slb-2', 'slb-3', 'slb-4'),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'HTTP' as const),
    port: fc.constantFrom(80, 81, 443, 8443),
    name: fc.constantFrom(
      'web',
      'listener_30081_0',
      'k8s_aaaaaaaa',
      'k8s_aaaaaaaa_TCP_80_2',
      'k8s_aaaaaaaa_tcp_80',
      'k8s_aaaaaaaaffff4000_UDP_81',
      'k8s_AAAAAAAA00014000_TCP_80',
      'k8s_dddddddd_TCP_80',
    ),
  }),
  fc.record({
    kind: fc.constant('change' as const),
    which,
    forwardRule: fc.constantFrom('RR' as const, 'WRR' as const, 'LC' as const),
  }),
  fc.record({ kind: fc.constant('remove' as const), which }),
  fc.record({
    kind: fc.constant('add-member' as const),
    which,
    serverId: fc.constantFrom('ecs-n1', 'ecs-n2'),
  }),
);

const fault = fc.constantFrom(...slbOperations).chain((operation) =>
  fc.record({
    kind: fc.constant('fault' as const),
    operation: fc.constant(operation),
    fault: fc.constantFrom(...faultsOf(operation)),
    after: fc.nat(4),
    times: fc.integer({ min: 1, max: 6 }),
  }),
);

const action: fc.Arbitrary<AccountAction> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ensure' as const), services }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), service, edit }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('nodes' as const),
      cluster,
      nodes: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('type' as const), service }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), service }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create' as const), service, edit }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abandon' as const), service, slb }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), cluster }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), services, calls }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), cluster }) },
  { weight: 2, arbitrary: fault },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('people' as const), action: peoples }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('owner' as const), slb, isForeign: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('slb-goes' as const), slb }) },
);

it(
  `leaves what other clusters, Services and people own as it was, byte for byte`,
  async () => {
    const cloud = new LocalCloud();
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
        const history = new AccountHistory(cloud);
        expect(await history.run(actions)).toEqual([]);
      }),
      { numRuns: histories, seed: historySeed },
    );
  },
  60_000 + histories * 500,
);
