import { describe, expect, it } from '@jest/globals';
import { benchNode, benchService, serviceNames, servicesSeed } from './service-load.ts';

const settings = { scenario: 'services', services: 12, ports: 2, nodes: 3, latencyMs: 0 };

describe('the load of Services', () => {
  it('numbers names so that they sort', () => {
    expect(serviceNames(settings).at(0)).toBe('service-01');
    expect(serviceNames(settings).at(-1)).toBe('service-12');
  });

  it('gives each Service a load balancer of its own', () => {
    const { slbs = [] } = servicesSeed(settings);
    const named = serviceNames(settings).map(
      (name) => Object.values(benchService(name, settings).metadata?.annotations ?? {})[0],
    );
    expect(slbs.map(({ slbId }) => slbId)).toEqual(named);
    expect(new Set(slbs.map(({ eipAddress }) => eipAddress)).size).toBe(12);
  });

  it('gives each node a server at its address, the one that joins included', () => {
    const { servers = [] } = servicesSeed(settings);
    expect(servers).toHaveLength(4);
    const node = benchNode('node-1', 0);
    expect(node.spec?.providerID).toBe(`incloud://${servers[0]?.serverId}`);
    expect(node.status?.addresses?.[0]?.address).toBe(servers[0]?.privateIps?.[0]);
  });

  it('gives each port a name and a number of its own', () => {
    expect(benchService('a', settings).spec?.ports?.map(({ name, port }) => [name, port])).toEqual([
      ['port-0', 80],
      ['port-1', 81],
    ]);
  });
});
