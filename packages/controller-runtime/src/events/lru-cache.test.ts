import { describe, expect, it } from '@jest/globals';
import { LruCache } from './lru-cache.ts';

describe('LruCache', () => {
  it('forgets the entry that was used longest ago, reads and writes alike', () => {
    const cache = new LruCache<number>(3);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.set('c', 3);
    cache.get('a');
    cache.set('b', 20);
    cache.set('d', 4);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([1, 20, undefined, 4]);
    expect(cache.size).toBe(3);
  });
});
