import { describe, expect, it } from '@jest/globals';
import { removeObjects } from './remove-objects.ts';

/** What is sent for an object of this metadata. */
async function sentFor(metadata: object): Promise<readonly unknown[]> {
  const sent: unknown[] = [];
  await removeObjects(
    {
      patch: async (ref, patch) => {
        sent.push(['patch', ref, patch]);
        return {};
      },
      delete: async (ref) => {
        sent.push(['delete', ref]);
      },
    },
    [{ metadata }],
  );
  return sent;
}

describe('removeObjects', () => {
  const released = { metadata: { finalizers: null } };

  it.each<[string, object, readonly unknown[]]>([
    ['an object', { name: 'a' }, [['delete', { name: 'a' }]]],
    [
      'an object of a namespace',
      { name: 'a', namespace: 'b' },
      [['delete', { name: 'a', namespace: 'b' }]],
    ],
    [
      'one that a finalizer would hold',
      { name: 'a', finalizers: ['x'] },
      [
        ['patch', { name: 'a' }, released],
        ['delete', { name: 'a' }],
      ],
    ],
    [
      'one that a finalizer holds',
      { name: 'a', finalizers: ['x'], deletionTimestamp: '2026-01-01T00:00:00Z' },
      [['patch', { name: 'a' }, released]],
    ],
  ])('removes %s', async (_what, metadata, sent) => {
    expect(await sentFor(metadata)).toEqual(sent);
  });
});
