import { describe, expect, it } from '@jest/globals';
import type { InstanceMetadata, Node } from '@k8s-ccm/cloud-provider';
import { addressesPatch, initializationPatch, labelsPatch } from './node-patches.ts';

const taint = { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' };
const other = { key: 'other', effect: 'NoExecute' };
const guard = { uid: 'u', resourceVersion: '7' };

const node = (spec: Node['spec'], labels?: Readonly<Record<string, string>>): Node => ({
  metadata: { name: 'n', ...guard, ...(labels === undefined ? {} : { labels }) },
  ...(spec === undefined ? {} : { spec }),
});

describe('initializationPatch', () => {
  it.each<[string, Node, InstanceMetadata, object | undefined]>([
    [
      'puts everything into one body, guarded by UID and resource version',
      node({ taints: [other, taint] }, { 'my/kept': 'x' }),
      { providerID: 'fake://1', region: 'r', additionalLabels: { 'my/kept': 'y', 'my/new': 'z' } },
      {
        metadata: {
          ...guard,
          labels: {
            'failure-domain.beta.kubernetes.io/region': 'r',
            'topology.kubernetes.io/region': 'r',
            'my/new': 'z',
          },
        },
        spec: { providerID: 'fake://1', taints: [other] },
      },
    ],
    [
      'removes the list of taints where none is left',
      node({ taints: [taint, taint] }),
      {},
      { metadata: guard, spec: { taints: null } },
    ],
    [
      'keeps a provider id',
      node({ taints: [taint], providerID: 'fake://mine' }),
      { providerID: 'fake://other' },
      { metadata: guard, spec: { taints: null } },
    ],
    [
      'fills in an empty provider id, and leaves taints alone that are not ours',
      node({ taints: [other], providerID: '' }),
      { providerID: 'fake://1' },
      { metadata: guard, spec: { providerID: 'fake://1' } },
    ],
    [
      'leaves out labels that the Node has with this value',
      node(
        { taints: [taint] },
        {
          'failure-domain.beta.kubernetes.io/region': 'r',
          'topology.kubernetes.io/region': 'old',
        },
      ),
      { region: 'r' },
      {
        metadata: { ...guard, labels: { 'topology.kubernetes.io/region': 'r' } },
        spec: { taints: null },
      },
    ],
    [
      'takes an empty provider id for none',
      node({ taints: [taint] }),
      { providerID: '' },
      { metadata: guard, spec: { taints: null } },
    ],
    [
      'is none where the Node has it all',
      node({ providerID: 'fake://1' }, { 'my/foo': 'x' }),
      { providerID: 'fake://1', additionalLabels: { 'my/foo': 'y' } },
      undefined,
    ],
  ])('%s', (_what, given, metadata, expected) => {
    expect(initializationPatch(given, metadata)).toEqual(expected);
  });
});

describe('addressesPatch', () => {
  it('names the UID and no version, for kubelet writes the same object', () => {
    const addresses = [{ type: 'InternalIP', address: '10.0.0.1' }];
    expect(addressesPatch(node({}), addresses)).toEqual({
      metadata: { uid: 'u' },
      status: { addresses },
    });
  });
});

describe('labelsPatch', () => {
  const older = 'failure-domain.beta.kubernetes.io/zone';
  const newer = 'topology.kubernetes.io/zone';

  it('holds the newer names alone', () => {
    expect(labelsPatch(node({}, { [older]: 'z', other: 'o' }))).toEqual({
      metadata: { uid: 'u', labels: { [newer]: 'z' } },
    });
  });

  it('is none where they follow', () => {
    expect(labelsPatch(node({}, { [older]: 'z', [newer]: 'z' }))).toBeUndefined();
    expect(labelsPatch(node({}))).toBeUndefined();
  });
});
