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

function shownAs(reachable: boolean | undefined): string {
  if (reachable === undefined) return 'left alone';
  return reachable ? 'reachable' : 'unreachable';
}

/** The plan in short: names of routes, `node: what is to come of it`. */
function planned(nodes: readonly Node[], ...routes: readonly Route[]) {
  return plannedIn(clusterCidrs, nodes, ...routes);
}

function plannedIn(
  ranges: typeof clusterCidrs,
  nodes: readonly Node[],
  ...routes: readonly Route[]
) {
  const plan = planRoutes({ routes, nodes, clusterCidrs: ranges });
  return {
    keep: plan.keep.map(({ name }) => name),
    remove: plan.remove.map(({ name }) => name),
    nodes: plan.nodes.map(({ node: { metadata }, add, blocked, outside, reachable }) =>
      [
        `${metadata?.name} ${shownAs(reachable)}`,
        ...outside.map((cidr) => `outside ${cidr}`),
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
    expect(planned([node('a', ['10.244.1.0/24'])], outside, nonsense)).toEqual({
      keep: [],
      remove: [],
      nodes: ['a reachable, +a-10.244.1.0/24'],
    });
  });

  it.each<[string, string[], string[]]>([
    ['outside', ['10.9.1.0/24'], ['a left alone, outside 10.9.1.0/24']],
    ['partly outside', ['10.244.0.0/15'], ['a left alone, outside 10.244.0.0/15']],
    [
      'outside, beside one inside',
      ['10.244.1.0/24', 'fd00:99::/64'],
      ['a reachable, outside fd00:99::/64, +a-10.244.1.0/24'],
    ],
    ['that cannot be read', ['pods'], ['a left alone, outside pods']],
  ])('makes no route to a pod CIDR %s', (_what, podCIDRs, nodes) => {
    expect(planned([node('a', podCIDRs)])).toEqual({ keep: [], remove: [], nodes });
  });

  it('judges a dual-stack node by the family of --cluster-cidr alone, and says nothing of the other', () => {
    const nodes = [
      node('a', ['10.244.1.0/24', 'fd00:10:0:1::/64']),
      node('b', ['10.244.2.0/24', 'fd00:10:0:2::/64']),
    ];
    const inTheWay = route('', 'fd00:10:0:2::/64', { foreign: true });
    expect(plannedIn(parseClusterCidrs('10.244.0.0/16'), nodes, inTheWay)).toEqual({
      keep: [],
      remove: [],
      nodes: ['a reachable, +a-10.244.1.0/24', 'b reachable, +b-10.244.2.0/24'],
    });
  });

  it('keeps a route outside of the cluster while it serves a node, also where its addresses are old', () => {
    const listed = route('a', '10.9.1.0/24', { enableNodeAddresses: true, ownership: 'proven' });
    expect(planned([node('a', ['10.9.1.0/24'])], listed)).toEqual({
      keep: ['a-10.9.1.0/24'],
      remove: [],
      nodes: ['a left alone, outside 10.9.1.0/24'],
    });
  });

  it('removes a route outside of the cluster that serves no node, if it is proven to be ours', () => {
    const ours = route('a', 'fd00:99::/64', { ownership: 'proven' });
    const dead = route('', '10.9.2.0/24', { ownership: 'proven', blackhole: true });
    const unsure = route('a', '10.9.3.0/24');
    expect(planned([node('a', ['10.244.1.0/24'])], ours, dead, unsure)).toEqual({
      keep: [],
      remove: ['a-fd00:99::/64', '-10.9.2.0/24'],
      nodes: ['a reachable, +a-10.244.1.0/24'],
    });
  });

  it('never removes a route that may be of another cluster with the same name', () => {
    const listed = route('', '10.244.1.0/24', { ownership: 'doubtful' });
    expect(planned([node('a', ['10.244.1.0/24'])], listed)).toEqual({
      keep: [],
      remove: [],
      nodes: ['a unreachable, doubtful -10.244.1.0/24'],
    });
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
      { reason: 'doubtful', by: route('', '10.244.1.0/24', { name: 'rt-2' }) },
      'the cloud has another route to it, rt-2, which leads elsewhere and may have been made for another cluster with the same --cluster-name: delete it if it was not',
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
