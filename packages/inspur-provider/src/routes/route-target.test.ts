import { UninitializedTaintKey } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';
import { InstanceSnapshot } from '@k8s-ccm/provider-kit';
import type { InstanceListing } from '@k8s-ccm/provider-kit';
import { describe, expect, it } from '@jest/globals';

import { NodeServers } from '../servers/node-servers.ts';
import { failureOf } from '../testing/pictured-routes.ts';
import { routedNode } from '../testing/route-fixtures.ts';
import { buildServer } from '../testing/server-fixtures.ts';
import { routeTarget } from './route-target.ts';

const privateIps = ['192.168.0.1'];
const one = buildServer({ serverId: 'i-1', serverName: 'node-1', privateIps });
const two = buildServer({ serverId: 'i-2', serverName: 'node-1', privateIps });

function targetOf(node: Node, listing: InstanceListing<Server>): Promise<string> {
  const snapshot = new InstanceSnapshot(listing, 0, ({ serverId }) => serverId);
  const directory = {
    search: async (match: (all: InstanceSnapshot<Server>) => readonly Server[]) => ({
      items: match(snapshot),
      snapshot,
    }),
  };
  const clock = { monotonic: () => 0 };
  const servers = new NodeServers({ directory, vpcId: undefined, clock });
  return routeTarget(node, servers, new AbortController().signal);
}

describe('the target of a route', () => {
  it.each<readonly [string, Node, InstanceListing<Server>, string]>([
    ['the server that the node names, unseen', routedNode(1, 'i-7'), { items: [] }, 'i-7'],
    ['the server of its name', routedNode(1, ''), { items: [one] }, 'i-1'],
    [
      'the server of its name, though others cannot be read',
      routedNode(1, ''),
      { items: [one], complete: false, unreadable: ['i-9'] },
      'i-1',
    ],
  ])('is %s', async (_, node, listing, serverId) => {
    expect(await targetOf(node, listing)).toBe(serverId);
  });

  it.each<readonly [string, InstanceListing<Server>, string]>([
    ['none fits', { items: [] }, 'RouteTargetError'],
    ['two fit', { items: [one, two] }, 'RouteTargetError'],
    ['servers may be missing', { items: [], complete: false }, 'InstanceDoubtError'],
    ['a server cannot be read', { items: [], unreadable: ['i-9'] }, 'InstanceDoubtError'],
  ])('is none where %s', async (_, listing, name) => {
    expect(await failureOf(targetOf(routedNode(1, ''), listing))).toMatchObject({ name });
  });

  it('is none where the node is of another cloud', async () => {
    const node = { ...routedNode(1), spec: { providerID: 'k3s://node-1' } };
    expect(await failureOf(targetOf(node, { items: [one] }))).toMatchObject({
      name: 'RouteTargetError',
      message:
        'node "node-1" does not lead to a server: its provider ID "k3s://node-1" does not belong to INSPUR Cloud (expected incloud://<server-id>)',
    });
  });

  it('is none yet where the node waits for its initialization', async () => {
    const taints = [{ key: UninitializedTaintKey, effect: 'NoSchedule' }];
    const node = { ...routedNode(1, ''), spec: { taints } };
    expect(await failureOf(targetOf(node, { items: [one] }))).toMatchObject({
      name: 'NodePendingError',
    });
    expect(await targetOf({ ...node, spec: { taints, providerID: 'i-7' } }, { items: [] })).toBe(
      'i-7',
    );
  });
});
