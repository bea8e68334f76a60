import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import { describe, expect, it } from '@jest/globals';

import { buildListener, buildSlb } from '../testing/cloud-fixtures.ts';
import { buildService, uidOf } from '../testing/service-fixtures.ts';
import type { Host } from './hosts.ts';
import { nothingObserved } from './observation.ts';
import type { Observation, ObservedListener, SlbSighting } from './observation.ts';
import { ObservationMemory } from './observation-memory.ts';

const uid = uidOf('a');
const service: Service = buildService({ uid });
const withFinalizer: Service = {
  ...service,
  metadata: { ...service.metadata, finalizers: [LoadBalancerCleanupFinalizer] },
};
const withStatus: Service = {
  ...service,
  status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } },
};

const hosts: readonly Host[] = ['n1', 'n2'].map((name, index) => ({
  serverId: `ecs-${name}`,
  serverIp: `192.168.0.${index + 1}`,
  serverName: name,
}));

function listenerWith(change: Partial<ObservedListener> = {}): ObservedListener {
  const members = hosts.map(({ serverId, serverIp }, index) => ({
    backendId: `backend-${index}`,
    serverId,
    serverIp,
    port: 30080,
    weight: 10,
  }));
  return {
    listener: buildListener(),
    members,
    refused: new Map(),
    capacity: undefined,
    ...change,
  };
}

function observe(...sightings: readonly SlbSighting[]): Observation {
  return {
    wanted: undefined,
    slbs: new Map(sightings.map((sighting) => [sighting.slbId, sighting])),
    named: new Set(['slb-1', 'slb-9']),
    certainty: 'proven',
  };
}

function seen(owned: readonly ObservedListener[], slb = buildSlb()): SlbSighting {
  return { kind: 'seen', slbId: slb.slbId, slb, owned, others: [buildListener({ port: 9 })] };
}

/** What is recalled after an observation. */
function recalled(observation: Observation): Observation | undefined {
  const memory = new ObservationMemory();
  memory.remember(uid, observation, hosts);
  return memory.recall(service);
}

describe('the memory of observations', () => {
  it('knows that a Service without finalizer and address has nothing in the cloud', () => {
    expect(new ObservationMemory().recall(service)).toBe(nothingObserved);
  });

  it.each([
    ['a finalizer', withFinalizer],
    ['an address', withStatus],
  ])('knows nothing of a Service with %s that it has not seen', (_, unseen) => {
    expect(new ObservationMemory().recall(unseen)).toBeUndefined();
  });

  it.each<[string, Partial<ObservedListener>]>([
    ['that have all hosts', {}],
    ['that lack a host', { members: listenerWith().members.slice(1) }],
    ['whose members the cloud refused', { refused: new Map([['x', { reason: 'y', tries: 2 }]]) }],
    ['at their quota', { capacity: 2 }],
  ])('gives back listeners %s', (_, change) => {
    const { slbs, named } = recalled(observe(seen([listenerWith(change)]))) ?? nothingObserved;
    expect([...slbs.values()]).toEqual([
      { kind: 'seen', slbId: 'slb-1', slb: buildSlb(), others: [], owned: [listenerWith(change)] },
    ]);
    expect([...named]).toEqual(['slb-1']);
  });

  it.each<[string, object]>([
    ['has another weight', { weight: 5 }],
    ['has another port', { port: 1 }],
    ['has another address', { serverIp: '192.168.9.9' }],
    ['is no host', { serverId: 'ecs-n5' }],
  ])('says that one has to read an SLB on which a member %s', (_, change) => {
    const [first, second] = listenerWith().members;
    if (first === undefined || second === undefined) throw new Error('there are no members');
    const members = [first, { ...second, ...change }];
    const { slbs } = recalled(observe(seen([listenerWith({ members })]))) ?? nothingObserved;
    expect([...slbs.values()]).toEqual([{ kind: 'unread', slbId: 'slb-1' }]);
  });

  it('keeps what may carry listeners, and drops what cannot', () => {
    const error = new Error('x');
    const { slbs } =
      recalled(
        observe(
          { kind: 'hidden', slbId: 'hidden', error },
          { kind: 'unread', slbId: 'unread' },
          { kind: 'gone', slbId: 'gone', error },
          { kind: 'seen', slbId: 'empty', slb: undefined, owned: [], others: [] },
        ),
      ) ?? nothingObserved;
    expect([...slbs.values()]).toEqual([
      { kind: 'unread', slbId: 'hidden' },
      { kind: 'unread', slbId: 'unread' },
    ]);
  });

  it('remembers that a Service has nothing, also if it comes back with its finalizer', () => {
    const memory = new ObservationMemory();
    memory.remember(uid, observe(seen([listenerWith()])), hosts);
    expect(memory.mentions(uid, 'slb-1')).toBe(true);
    memory.rememberClean(uid);
    expect(memory.mentions(uid, 'slb-1')).toBe(false);
    expect(memory.recall(withFinalizer)).toBe(nothingObserved);
  });

  it('remembers a bounded number of Services that have nothing', () => {
    const memory = new ObservationMemory();
    memory.rememberClean(uid);
    for (let n = 0; n < 1000; n++) memory.rememberClean(uidOf(String(n).padStart(8, 'b')));
    expect(memory.recall(withFinalizer)).toBeUndefined();
  });
});
