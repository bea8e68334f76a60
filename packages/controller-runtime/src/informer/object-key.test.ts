import { describe, expect, it } from '@jest/globals';
import { objectKey, splitKey } from './object-key.ts';

describe('objectKey', () => {
  it.each([
    [{ name: 'a', namespace: 'ns' }, 'ns/a', { name: 'a', namespace: 'ns' }],
    [{ name: 'a' }, 'a', { name: 'a' }],
    [{ name: 'a', namespace: '' }, 'a', { name: 'a' }],
  ])('returns the key of %j, which is %s, and splits it again', (metadata, key, parts) => {
    expect(objectKey({ metadata })).toBe(key);
    expect(splitKey(key)).toEqual(parts);
  });

  it('rejects an object without a name', () => {
    expect(() => objectKey({ kind: 'Node', metadata: {} })).toThrow('Node without metadata.name');
  });

  it.each(['', '/', 'a/', '/a', 'a/b/c'])('rejects %j when splitting', (key) => {
    expect(() => splitKey(key)).toThrow(TypeError);
  });
});
