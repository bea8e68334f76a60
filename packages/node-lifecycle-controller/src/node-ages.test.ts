import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { NodeAges } from './node-ages.ts';

const now = Date.UTC(2026, 0, 1, 0, 1, 0);
const node = {
  kind: 'Node',
  metadata: { name: 'node-a', uid: 'one', creationTimestamp: '2026-01-01T00:00:00Z' },
};

describe('the age of a Node', () => {
  it('is counted from the end of the second of its creation', () => {
    expect(new NodeAges(new FakeClock({ now })).ageMs(node)).toBe(59_000);
  });

  it('is never more than since it came, though clocks are set or differ', async () => {
    const clock = new FakeClock({ now });
    const ages = new NodeAges(clock);
    ages.came(node);
    clock.setWallClock(now + 3_600_000);
    await clock.advance(2_000);
    expect(ages.ageMs(node)).toBe(2_000);
    clock.setWallClock(now - 3_600_000);
    expect(ages.ageMs(node)).toBe(-3_541_000);
  });

  it('is its own, not that of another Node of the name', () => {
    const ages = new NodeAges(new FakeClock({ now }));
    ages.came({ ...node, metadata: { ...node.metadata, uid: 'other' } });
    expect(ages.ageMs(node)).toBe(59_000);
    ages.came(node);
    expect(ages.ageMs(node)).toBe(0);
    ages.gone(node);
    expect(ages.ageMs(node)).toBe(59_000);
  });

  it('is unknown where the Node does not say when it was created', () => {
    const ages = new NodeAges(new FakeClock({ now }));
    ages.came(node);
    expect(ages.ageMs({ ...node, metadata: { name: 'node-a', uid: 'one' } })).toBeUndefined();
  });
});
