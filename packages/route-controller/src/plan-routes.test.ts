import { describe, expect, it } from '@jest/globals';
import type { Node, Route } from '@k8s-ccm/cloud-provider';
import { blockedText } from './blocked-text.ts';
import { parseClusterCidrs } from './cluster-cidrs.ts';
import { planRoutes } from './plan-routes.ts';

const clusterCidrs = parseClusterCidrs('10.244.0.0/16,fd00:10::/48');

function node(name: string, podCIDRs: string[], address = '192.168.0.1'): Node {
  return {
    metadata: { name, uid: `uid-${name}` },
    spec: { podCIDRs },
    status: { addresses: [{ type: 'InternalIP', address }] },
  };
}

/** `<targetNode>-<destination>` is its name. */
function route(targetNode: string, destinationCIDR: string, rest: Partial<Route> = {}): Route {
  return { name: `${targetNode}-${destinationCIDR}`, targetNode, destinationCIDR, ...rest };
}

/** The plan in short: names of routes, `node: what is to come of it`. */
function planned(nodes: readonly Node[], ...routes: readonly Route[]) {
  const plan = planRoutes({ routes, nodes, clusterCidrs });
  return {
    keep: plan.keep.map(({ name }) => name),
    remove: plan.remove.map(({ name }) => name),
    nodes: plan.nodes.map(({ node: { metadata }, add, blocked, reachable }) =>
      [
        `${metadata?.name} ${reachable ? 'reachable' : 'unreachable'}`,
        ...add.map(({ targetNode, destinationCIDR }) => `+${targetNode}-${destinationCIDR}`),
        ...blocked.map(({ by, reason }) => `${reason} ${by.name}`),
      ].join(', '),
    ),
  };
}

describe('planRoutes', () => {
  it('adds what is missing with all that a provider needs', () => {
    const [plan] = planRoutes({
      routes: [],
      nodes: [node('a', ['10.244.1.0/24'])],
      clusterCidrs,
    }).nodes;
    expect(plan?.add).toEqual([
      {
        name: '',
        targetNode: 'a',
        targetNodeAddresses: [{ type: 'InternalIP', address: '192.168.0.1' }],
        destinationCIDR: '10.244.1.0/24',
      },
    ]);
  });

  it.each([
    ['10.244.1.0/24', '10.244.1.7/24'],
    ['10.244.1.0/24', '010.244.001.0/024'],
    ['10.244.1.0/24', '::ffff:10.244.1.0/120'],
    ['fd00:10:0:1::/64', 'FD00:10:0:1:0:0:0:0/64'],
    ['fd00:10:0:1::/64', 'fd00:0010:0000:0001::1/64'],
  ])('finds %s in the route to %s', (podCidr, destination) => {
    const listed = route('a', destination);
    expect(planned([node('a', [podCidr])], listed)).toEqual({
      keep: [listed.name],
      remove: [],
      nodes: ['a reachable'],
    });
  });

  it('takes another length for another destination', () => {
    expect(planned([node('a', ['10.244.1.0/24'])], route('a', '10.244.1.0/25'))).toEqual({
      keep: [],
      remove: ['a-10.244.1.0/25'],
      nodes: ['a reachable, +a-10.244.1.0/24'],
    });
  });

  it('replaces a route that leads nowhere, or to a server that is not the node’s any more', () => {
    const nodes = [node('a', ['10.244.1.0/24']), node('b', ['10.244.2.0/24'])];
    const gone = route('a', '10.244.1.0/24', { blackhole: true });
    const strange = route('', '10.244.2.0/24');
    expect(planned(nodes, gone, strange)).toEqual({
      keep: [],
      remove: ['a-10.244.1.0/24', '-10.244.2.0/24'],
      nodes: ['a reachable, +a-10.244.1.0/24', 'b reachable, +b-10.244.2.0/24'],
    });
  });

  it.each<[string, Route, readonly string[]]>([
    ['leads to the node', route('a', '10.244.1.0/24'), ['a reachable']],
    ['leads elsewhere', route('', '10.244.1.0/24'), ['a unreachable, foreign -10.244.1.0/24']],
    ['leads to another', route('b', '10.244.1.0/24'), ['a unreachable, foreign b-10.244.1.0/24']],
    [
      'leads nowhere',
      route('a', '10.244.1.0/24', { blackhole: true }),
      ['a unreachable, foreign a-10.244.1.0/24'],
    ],
    ['is written otherwise', route('', '10.244.1.9/24'), ['a unreachable, foreign -10.244.1.9/24']],
    ['is narrower', route('', '10.244.1.0/25'), ['a reachable, +a-10.244.1.0/24']],
  ])('leaves a foreign route alone that %s', (_what, listed, nodes) => {
    const plan = planned([node('a', ['10.244.1.0/24'])], { ...listed, foreign: true });
    expect(plan.remove).toEqual([]);
    expect(plan.nodes).toEqual(nodes);
  });

  it('prefers nothing foreign to a route of ours, and says nothing of a node that has only foreign ones', () => {
    const ours = route('a', '10.244.1.0/24');
    const theirs = route('', '10.244.1.0/24', { foreign: true });
    const other = route('b', '10.244.9.0/24', { foreign: true });
    const nodes = [node('a', ['10.244.1.0/24']), node('b', [])];
    expect(planned(nodes, theirs, ours, other)).toEqual({
      keep: ['a-10.244.1.0/24'],
      remove: [],
      nodes: ['a reachable'],
    });
  });

  it('leaves what lies outside of the cluster, or is no CIDR, as it is', () => {
    const outside = route('', '10.9.1.0/24', { blackhole: true });
    const nonsense = route('a', 'pods');
    expect(planned([node('a', ['10.9.1.0/24'])], outside, nonsense)).toEqual({
      keep: [],
      remove: [],
      nodes: ['a unreachable, outside -10.9.1.0/24'],
    });
  });

  it('keeps a route outside of the cluster also where its addresses are old', () => {
    const listed = route('a', '10.9.1.0/24', { enableNodeAddresses: true });
    expect(planned([node('a', ['10.9.1.0/24'])], listed).nodes).toEqual(['a reachable']);
  });

  it.each<[string, readonly string[], boolean]>([
    ['the same', ['InternalIP 192.168.0.1', 'ExternalIP 1.2.3.4'], true],
    ['another order', ['ExternalIP 1.2.3.4', 'InternalIP 192.168.0.1'], true],
    ['another address', ['InternalIP 192.168.0.2', 'ExternalIP 1.2.3.4'], false],
    ['another type', ['InternalIP 192.168.0.1', 'InternalIP 1.2.3.4'], false],
    ['one less', ['InternalIP 192.168.0.1'], false],
    ['one more', ['InternalIP 192.168.0.1', 'ExternalIP 1.2.3.4', 'InternalIP 192.168.0.2'], false],
    ['none', [], false],
  ])('compares addresses as a set: %s', (_what, lines, kept) => {
    const addresses = lines.map((line) => {
      const [type = '', address = ''] = line.split(' ');
      return { type, address };
    });
    const current = node('a', ['10.244.1.0/24']);
    const addressed: Node = {
      ...current,
      status: {
        addresses: [
          { type: 'InternalIP', address: '192.168.0.1' },
          { type: 'ExternalIP', address: '1.2.3.4' },
        ],
      },
    };
    const listed = route('a', '10.244.1.0/24', {
      enableNodeAddresses: true,
      targetNodeAddresses: addresses,
    });
    expect(planned([addressed], listed).keep).toEqual(kept ? [listed.name] : []);
    expect(planned([addressed], listed).remove).toEqual(kept ? [] : [listed.name]);
  });

  it('gives the destination to the node that has it where two nodes claim it', () => {
    const listed = route('b', '10.244.1.0/24');
    const nodes = [node('a', ['10.244.1.0/24']), node('b', ['10.244.1.0/24'])];
    expect(planned(nodes, listed)).toEqual({
      keep: [listed.name],
      remove: [],
      nodes: ['a unreachable, other-node b-10.244.1.0/24', 'b reachable'],
    });
  });

  it('gives a destination that two nodes claim and none has to one of them', () => {
    const nodes = [node('a', ['10.244.1.0/24']), node('b', ['10.244.1.7/24', '10.244.2.0/24'])];
    expect(planned(nodes)).toEqual({
      keep: [],
      remove: [],
      nodes: ['a reachable, +a-10.244.1.0/24', 'b unreachable, +b-10.244.2.0/24, other-node '],
    });
  });

  it.each([
    ['to one node', 'a', ['a reachable']],
    [
      'to two nodes that claim it',
      'b',
      ['a reachable', 'b unreachable, other-node a-10.244.1.0/24'],
    ],
  ])('leaves one of two routes of ours to a destination: %s', (_what, target, expected) => {
    const nodes = [node('a', ['10.244.1.0/24']), node('b', ['10.244.1.0/24'])];
    const double = route(target, '10.244.1.9/24');
    expect(planned(nodes.slice(0, expected.length), route('a', '10.244.1.0/24'), double)).toEqual({
      keep: ['a-10.244.1.0/24'],
      remove: [double.name],
      nodes: expected,
    });
  });

  it('shows a node without pod CIDRs only while a route of ours leads to it', () => {
    const nodes = [node('a', []), node('b', []), { metadata: { name: 'c' } }];
    expect(planned(nodes, route('a', '10.244.1.0/24'))).toEqual({
      keep: [],
      remove: ['a-10.244.1.0/24'],
      nodes: ['a unreachable'],
    });
  });
});

describe('blockedText', () => {
  it.each([
    [
      { reason: 'foreign', by: route('', '10.244.1.0/24', { description: 'rt-1 (to ecs-9)' }) },
      'the cloud has another route to it, rt-1 (to ecs-9), which leads elsewhere and was not made for this cluster: delete it, or let it lead to this node',
    ],
    [
      { reason: 'outside', by: route('b', '10.9.0.0/24', { name: 'rt-2', blackhole: true }) },
      'the cloud has another route to it, rt-2, which leads elsewhere and is left alone, because it lies outside of --cluster-cidr',
    ],
    [
      { reason: 'other-node', by: route('b', '10.244.1.0/24', { name: 'rt-3' }) },
      'the cloud has another route to it, rt-3, which leads to b and is needed there: two nodes have the same pod CIDR',
    ],
    [
      { reason: 'other-node', by: route('b', '10.244.1.0/24', { name: '' }) },
      'the route to it is made to b: two nodes have the same pod CIDR',
    ],
  ] as const)('%p', ({ by, reason }, expected) => {
    expect(blockedText({ destinationCIDR: by.destinationCIDR, by, reason })).toBe(expected);
  });
});
