import { describe, expect, it } from '@jest/globals';
import { UninitializedTaintKey } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { mayChangeRoutes } from './node-changes.ts';

interface Facts {
  readonly version?: string;
  readonly podCIDRs?: string[];
  readonly providerID?: string;
  readonly addresses?: readonly string[];
  readonly ready?: string;
  readonly isInitialized?: boolean;
}

function node({
  version = '1',
  podCIDRs,
  providerID,
  addresses,
  ready = 'True',
  isInitialized = true,
}: Facts): Node {
  return {
    metadata: { name: 'node-a', resourceVersion: version },
    spec: {
      ...(podCIDRs === undefined ? {} : { podCIDRs }),
      ...(providerID === undefined ? {} : { providerID }),
      ...(isInitialized ? {} : { taints: [{ key: UninitializedTaintKey, effect: 'NoSchedule' }] }),
    },
    status: {
      conditions: [{ type: 'Ready', status: ready }],
      ...(addresses === undefined
        ? {}
        : { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) }),
    },
  };
}

describe('mayChangeRoutes', () => {
  it.each<[string, Facts, Facts, boolean]>([
    ['a heartbeat', { ready: 'True' }, { ready: 'False' }, false],
    ['a resync', {}, { version: '1' }, true],
    ['the first pod CIDR', {}, { podCIDRs: ['10.1.0.0/24'] }, true],
    ['no pod CIDRs, twice', {}, { podCIDRs: [] }, false],
    ['the same pod CIDRs', { podCIDRs: ['a', 'b'] }, { podCIDRs: ['a', 'b'] }, false],
    ['another order of pod CIDRs', { podCIDRs: ['a', 'b'] }, { podCIDRs: ['b', 'a'] }, true],
    ['one pod CIDR less', { podCIDRs: ['a', 'b'] }, { podCIDRs: ['a'] }, true],
    ['the same address', { addresses: ['x'] }, { addresses: ['x'] }, false],
    ['another address', { addresses: ['x'] }, { addresses: ['y'] }, true],
    ['another order of addresses', { addresses: ['x', 'y'] }, { addresses: ['y', 'x'] }, true],
    ['the server behind it', {}, { providerID: 'fake://1' }, true],
    ['the end of its initialization', { isInitialized: false }, {}, true],
    ['no initialization, twice', { isInitialized: false }, { isInitialized: false }, false],
    ['the same server', { providerID: 'fake://1' }, { providerID: 'fake://1' }, false],
  ])('%s', (_what, before, after, expected) => {
    expect(mayChangeRoutes(node(before), node({ version: '2', ...after }))).toBe(expected);
  });

  it('sees an address of another type', () => {
    const [before, after] = ['InternalIP', 'ExternalIP'].map((type, index): Node => ({
      metadata: { resourceVersion: `${index}` },
      status: { addresses: [{ type, address: '10.0.0.1' }] },
    }));
    expect(before && after && mayChangeRoutes(before, after)).toBe(true);
  });
});
