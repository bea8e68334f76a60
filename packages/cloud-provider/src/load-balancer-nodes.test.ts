import { describe, expect, it } from '@jest/globals';
import type { Node, ObjectMeta } from './kubernetes-types.ts';
import {
  isNodeEligibleForLoadBalancer,
  sameNodeSet,
  shouldSyncUpdatedNode,
} from './load-balancer-nodes.ts';

const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';
const node = (metadata: ObjectMeta, spec: NonNullable<Node['spec']> = {}): Node => ({
  metadata: { name: 'n1', ...metadata },
  spec,
});
const labelled = (value: string) => node({ labels: { [excludeLabel]: value } });
const tainted = (key: string) => node({}, { taints: [{ key, effect: 'NoSchedule' }] });
const deleting = node({ deletionTimestamp: '2026-01-01T00:00:00Z' });
const withId = (providerID: string, name = 'n1'): Node => ({
  metadata: { name },
  spec: { providerID },
});

describe('isNodeEligibleForLoadBalancer', () => {
  // @see docs/reference/contract.md#case-137
  // @see docs/reference/contract.md#case-138
  it.each([
    ['', false],
    ['true', false],
    ['1', false],
    ['t', false],
    ['T', false],
    ['TRUE', false],
    ['True', false],
    ['foo', false],
    ['FaLsE', false],
    ['no', false],
    [' false', false],
    ['false', true],
    ['0', true],
    ['f', true],
    ['F', true],
    ['FALSE', true],
    ['False', true],
  ])('with the label %p: %p', (value, expected) => {
    expect(isNodeEligibleForLoadBalancer(labelled(value))).toBe(expected);
  });

  it.each([
    ['a plain Node', node({}), true],
    ['a Node without metadata and spec', {}, true],
    // @see docs/reference/contract.md#case-140
    ['one that cluster-autoscaler will remove', tainted('ToBeDeletedByClusterAutoscaler'), false],
    // @see docs/reference/contract.md#case-142
    ['one that is being deleted', deleting, false],
    // @see docs/reference/contract.md#case-146
    ['an uninitialized one', tainted('node.cloudprovider.kubernetes.io/uninitialized'), true],
    ['a cordoned one', node({}, { unschedulable: true }), true],
    [
      'a control plane',
      node(
        { labels: { 'node-role.kubernetes.io/control-plane': '' } },
        { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
      ),
      true,
    ],
    [
      'one that is not ready',
      { ...node({}), status: { conditions: [{ type: 'Ready', status: 'False' }] } },
      true,
    ],
  ])('%s', (_what, object, expected) => {
    expect(isNodeEligibleForLoadBalancer(object)).toBe(expected);
  });
});

describe('shouldSyncUpdatedNode', () => {
  it.each([
    // @see docs/reference/contract.md#case-137
    ['excluded by label', node({}), labelled('foo'), true],
    // @see docs/reference/contract.md#case-139
    ['included again', labelled(''), node({}), true],
    // @see docs/reference/contract.md#case-138
    ['labelled false', node({}), labelled('false'), false],

    ['the label from true to false', labelled('true'), labelled('0'), true],
    ['the label from true to foo', labelled('true'), labelled('foo'), false],
    // @see docs/reference/contract.md#case-143
    ['a providerID is set', node({}), withId('fake://1'), true],

    ['the providerID from absent to empty', node({}), withId(''), false],
    // @see docs/reference/contract.md#case-140
    ['announced by cluster-autoscaler', node({}), tainted('ToBeDeletedByClusterAutoscaler'), false],
    // @see docs/reference/contract.md#case-141
    ['another taint', node({}), tainted('a/b'), false],
    ['another label', node({}), node({ labels: { a: 'b' } }), false],
    // @see docs/reference/contract.md#case-142
    ['deletionTimestamp', node({}), deleting, false],
  ])('%s', (_what, old, current, expected) => {
    expect(shouldSyncUpdatedNode(old, current)).toBe(expected);
  });
});

describe('sameNodeSet', () => {
  it.each([
    ['nothing', [], [], true],
    [
      'another order',
      [withId('a', 'n1'), withId('b', 'n2')],
      [withId('b', 'n2'), withId('a', 'n1')],
      true,
    ],
    ['absent and empty ids', [node({})], [withId('')], true],
    ['one more', [withId('a')], [withId('a'), withId('b', 'n2')], false],
    // @see docs/reference/contract.md#case-144
    ['another name with the same empty id', [withId('', 'n1')], [withId('', 'n2')], false],
    // @see docs/reference/contract.md#case-143
    ['another id', [withId('')], [withId('a')], false],

    [
      'ids swapped',
      [withId('a', 'n1'), withId('b', 'n2')],
      [withId('b', 'n1'), withId('a', 'n2')],
      false,
    ],
  ])('%s', (_what, one, other, expected) => {
    expect(sameNodeSet(one, other)).toBe(expected);
    expect(sameNodeSet(other, one)).toBe(expected);
  });
});
