import type { Node } from '@k8s-ccm/cloud-provider';
import type { Route } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildRoute, clusterName, routedNode } from '../testing/route-fixtures.ts';
import { listedRoutes } from './listed-routes.ts';

const mark = 'k8s-ccm/kubernetes/node-1';
const ours = { description: mark, nextHopId: 'i-1' };

interface Memory {
  readonly gone?: string[];
  readonly proven?: string[];
}

function list(
  route: Partial<Route>,
  nodes: readonly Node[],
  { gone = [], proven = [], name = clusterName }: Memory & { readonly name?: string } = {},
) {
  const goneServers = new Set(gone);
  const provenRoutes = new Set(proven);
  const surroundings = { clusterName: name, nodes, goneServers, provenRoutes };
  return listedRoutes([buildRoute(route)], surroundings)[0];
}

const annotated = (n: number, instanceId: string): Node => {
  const node = routedNode(n, '');
  const annotations = { 'node.beta.kubernetes.io/instance-id': instanceId };
  return { ...node, metadata: { ...node.metadata, annotations } };
};

describe('a listed route', () => {
  it('is told by its id, its destination and what it is', () => {
    expect(list(ours, [routedNode(1)])).toEqual({
      name: 'r-1',
      targetNode: 'node-1',
      destinationCIDR: '10.244.1.0/24',
      description: 'r-1 (to ECS i-1, description "k8s-ccm/kubernetes/node-1")',
      ownership: 'proven',
    });
    expect(list({ description: '', nextHopType: 'NAT' }, [])).toEqual({
      name: 'r-1',
      targetNode: '',
      destinationCIDR: '10.244.1.0/24',
      description: 'r-1 (to NAT i-9, no description)',
      foreign: true,
    });
  });

  it.each([
    [' 10.244.1.0/24 ', '10.244.1.0/24'],
    ['10.244.1.7/24', '10.244.1.0/24'],
    ['FD00::0/64', 'fd00::/64'],
    ['local', 'local'],
  ])('to %j is told as to %j, as everything else here compares it', (written, told) => {
    expect(list({ destination: written }, [])?.destinationCIDR).toBe(told);
  });

  const two = [routedNode(1), routedNode(2)];
  it.each<readonly [string, Partial<Route>, readonly Node[], string]>([
    ['the Node of the server', ours, two, 'node-1'],
    ['the Node of another server', { ...ours, nextHopId: 'i-2' }, two, 'node-2'],
    ['no Node where the server is none of theirs', { ...ours, nextHopId: 'i-7' }, two, ''],
    ['no Node where the Node has another server', ours, [routedNode(1, 'i-8')], ''],
    ['a Node by its annotation', ours, [annotated(1, 'i-1')], 'node-1'],
    ['no Node where the annotation names another', ours, [annotated(1, 'i-2')], ''],
    ['the Node that it was made for, in doubt', ours, [routedNode(1, '')], 'node-1'],
    ['no Node that it was not made for, in doubt', ours, [routedNode(2, '')], ''],
    ['the Node, whoever made it', { nextHopId: 'i-2' }, two, 'node-2'],
    ['no Node in doubt where it is not ours', { nextHopId: 'i-1' }, [routedNode(1, '')], ''],
    ['no Node by a gateway', { ...ours, nextHopType: 'NAT' }, two, ''],
    ['the Node where the type is not told', { ...ours, nextHopType: '' }, two, 'node-1'],
    ['the Node where the type is in small letters', { ...ours, nextHopType: 'ecs' }, two, 'node-1'],
    ['no Node without a next hop', { ...ours, nextHopId: '' }, [routedNode(1, '')], ''],
    ['the first of two Nodes', ours, [routedNode(2, 'i-1'), routedNode(3, 'i-1')], 'node-2'],
    ['the meant one of two Nodes', ours, [routedNode(2, 'i-1'), routedNode(1)], 'node-1'],
  ])('leads to %s', (_, route, nodes, target) => {
    expect(list(route, nodes)?.targetNode).toBe(target);
  });

  it.each(['inspur://i-1', 'incloud:///i-1', 'i-1'])('knows a Node by %s', (providerID) => {
    const node = { ...routedNode(1), spec: { providerID } };
    expect(list(ours, [node])?.targetNode).toBe('node-1');
  });

  it('leads to no Node of another cloud', () => {
    const node = { ...routedNode(1), spec: { providerID: 'aws:///eu/i-1' } };
    expect(list(ours, [node, routedNode(2)])?.targetNode).toBe('');
  });

  it.each<readonly [string, Partial<Route>, boolean]>([
    ['with our mark', ours, false],
    ['without a mark', { description: 'by hand' }, true],
    ['with the mark of another cluster', { description: 'k8s-ccm/other/node-1' }, true],
    ['with more than our mark', { description: `${mark} by hand` }, true],
  ])('%s is foreign: %#', (_, route, foreign) => {
    expect(list(route, [])?.foreign ?? false).toBe(foreign);
  });

  it.each<readonly [string, Partial<Route>, string[], boolean]>([
    ['a server that is gone', ours, ['i-1'], true],
    ['a server that is there', ours, ['i-2'], false],
    ['somebody else’s dead server', { nextHopId: 'i-1' }, ['i-1'], false],
    ['a gateway', { ...ours, nextHopType: 'NAT' }, ['i-1'], false],
  ])('to %s is a black hole: %#', (_, route, gone, blackhole) => {
    expect(list(route, [routedNode(1)], { gone })?.blackhole ?? false).toBe(blackhole);
  });

  it.each<readonly [string, Partial<Route>, readonly Node[], Memory, string | undefined]>([
    ['to a server of a Node', ours, [routedNode(1)], {}, 'proven'],
    ['to a server of another Node', { ...ours, nextHopId: 'i-2' }, two, {}, 'proven'],
    ['to a server that is gone', ours, [], { gone: ['i-1'] }, 'proven'],
    ['that was proven before', ours, [], { proven: ['r-1'] }, 'proven'],
    ['to a pod CIDR of a Node with another server', ours, [routedNode(1, 'i-8')], {}, undefined],
    ['to a pod CIDR of a Node without a server', ours, [routedNode(1, '')], {}, undefined],
    ['to a gateway', { ...ours, nextHopType: 'NAT' }, [], {}, undefined],
    ['of a Node that does not exist', ours, [routedNode(2)], {}, 'doubtful'],
    [
      'to another CIDR of a Node with another server',
      { ...ours, destination: '10.9.1.0/24' },
      [routedNode(1, 'i-8')],
      {},
      'doubtful',
    ],
    ['of somebody else', { nextHopId: 'i-1' }, [routedNode(1)], {}, undefined],
  ])('%s is ours as sure as can be told: %#', (_, route, nodes, memory, ownership) => {
    expect(list(route, nodes, memory)?.ownership).toBe(ownership);
  });

  it('of a Node that does not exist is in doubt only if the cluster has the default name', () => {
    const others = { ...ours, description: 'k8s-ccm/east/node-1' };
    expect(list(others, [], { name: 'east' })?.ownership).toBeUndefined();
    expect(list(ours, [])?.ownership).toBe('doubtful');
  });
});
