import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { createdBy, isKeptByUser, isReady } from './node-facts.ts';

function withReady(...statuses: readonly (readonly [type: string, status: string])[]): Node {
  return { status: { conditions: statuses.map(([type, status]) => ({ type, status })) } };
}

describe('a Node', () => {
  it.each<[Node, boolean]>([
    [withReady(['MemoryPressure', 'False'], ['Ready', 'True']), true],
    [withReady(['Ready', 'False']), false],
    [withReady(['Ready', 'Unknown']), false],
    [withReady(['DiskPressure', 'True']), false],
    [withReady(), false],
    [{}, false],
  ])('is Ready only where the condition Ready is True: %j is %s', (node, expected) => {
    expect(isReady(node)).toBe(expected);
  });

  it.each<[string | undefined, boolean]>([
    [undefined, false],
    ['true', true],
    ['1', true],
    ['yes', true],
    ['', true],
    ['false', false],
    ['0', false],
  ])('is kept by its annotation: %s is %s', (value, expected) => {
    const annotations = value === undefined ? {} : { 'cloudprovider.k8s-ccm.io/keep-node': value };
    expect(isKeptByUser({ metadata: { annotations } })).toBe(expected);
  });

  it('surely exists when the second of its creation is over', () => {
    const creationTimestamp = '2026-01-01T00:00:00Z';
    expect(createdBy({ metadata: { creationTimestamp } })).toBe(Date.UTC(2026, 0, 1, 0, 0, 1));
    expect(createdBy({ metadata: { creationTimestamp: 'soon' } })).toBeUndefined();
    expect(createdBy({})).toBeUndefined();
  });
});
