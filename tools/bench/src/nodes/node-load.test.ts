import { describe, expect, it } from '@jest/globals';
import { isInitialized, newNode, newNodeNames, nodesSeed } from './node-load.ts';

const settings = { scenario: 'nodes', services: 0, ports: 0, nodes: 3, latencyMs: 0 };

describe('the load of nodes', () => {
  it('gives each node a server of its name with an address of its own', () => {
    const { servers = [] } = nodesSeed(settings);
    expect(servers.map(({ serverName }) => serverName)).toEqual(newNodeNames(settings));
    expect(new Set(servers.flatMap(({ privateIps = [] }) => privateIps)).size).toBe(3);
  });

  it('is of nodes that wait to be initialized', () => {
    const node = newNode('worker-1');
    expect(node.spec?.providerID).toBeUndefined();
    expect(isInitialized(node)).toBe(false);
    expect(isInitialized({ ...node, spec: {} })).toBe(true);
  });
});
