import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { OwnWrites } from './own-writes.ts';

const node = (resourceVersion: string, uid = 'u'): Node => ({
  metadata: { name: 'n', uid, resourceVersion },
});

describe('OwnWrites', () => {
  it('is ahead of older states of the Node it wrote, and of no other', () => {
    const writes = new OwnWrites();
    expect(writes.isAheadOf(node('9'))).toBe(false);
    writes.wrote(node('10'));
    expect(writes.isAheadOf(node('9'))).toBe(true);
    expect(writes.isAheadOf(node('10'))).toBe(false);
    expect(writes.isAheadOf(node('11'))).toBe(false);
    expect(writes.isAheadOf(node('9', 'another'))).toBe(false);
  });

  it('forgets a Node that is gone', () => {
    const writes = new OwnWrites();
    writes.wrote(node('10'));
    writes.forget('n');
    expect(writes.isAheadOf(node('9'))).toBe(false);
  });
});
