import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import { urlText } from '@k8s-ccm/cloud-http';
import * as fc from 'fast-check';
import { chunksOfIds, maxUrlBytes } from './url-chunks.ts';

const url = 'https://service.cloud.example/regionsvc-cn-north-3/slb/v1/slbs/slb-1/members';
const requestFor = (ids: readonly string[]) => ({ url, query: { ids: JSON.stringify(ids) } });
const ids = fc.array(fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' }), {
  maxLength: 300,
});

describe('chunksOfIds', () => {
  it('splits all IDs, in order, into chunks whose URLs fit 4 KiB', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 200 }), (all, most) => {
        const chunks = chunksOfIds(all, most, requestFor);
        expect(chunks.flat()).toEqual(all);
        for (const chunk of chunks) {
          const { length } = urlText(url, requestFor(chunk).query);
          expect(chunk.length).toBeGreaterThan(0);
          expect(chunk.length).toBeLessThanOrEqual(most);
          expect(length <= maxUrlBytes || chunk.length === 1).toBe(true);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  it('fills its chunks', () => {
    const all = Array.from({ length: 1199 }, (_, index) => `backend-${index + 100_000}`);
    expect(chunksOfIds(all, Infinity, requestFor).length).toBeLessThan(10);
    expect(chunksOfIds(all, 100, requestFor)).toHaveLength(12);
  });

  it('puts an ID that does not fit into a chunk of its own', () => {
    const long = 'x'.repeat(5000);
    expect(chunksOfIds(['a', long, 'b'], 100, requestFor)).toEqual([['a'], [long], ['b']]);
    expect(chunksOfIds([], 100, requestFor)).toEqual([]);
  });
});
