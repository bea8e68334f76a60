import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import { CloudError } from '@k8s-ccm/cloud-http';
import * as fc from 'fast-check';
import {
  addOrThrow,
  listenerSpec,
  memberSpec,
  wireListener,
  wireMember,
  wireSlb,
} from '../testing/samples.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';
import type { SlbClient } from './slb.ts';

/** Returns an object of the cloud in which some fields are invalid. */
function spoiled(sample: object) {
  return fc
    .dictionary(fc.constantFrom(...Object.keys(sample)), fc.jsonValue(), { maxKeys: 3 })
    .map((wrong) => Object.assign({}, sample, wrong));
}

const object = fc.oneof(spoiled(wireSlb), spoiled(wireListener), spoiled(wireMember));
const answer = fc.oneof(fc.jsonValue(), object, fc.array(object, { maxLength: 5 }));

const reads: readonly ((slb: SlbClient) => Promise<unknown>)[] = [
  (slb) => slb.getLoadBalancer('slb-1'),
  (slb) => slb.listLoadBalancers(),
  (slb) => slb.listListeners('slb-1'),
  (slb) => slb.getListener('slb-1', 'listener-1'),
  (slb) => slb.updateListener('slb-1', 'listener-1', listenerSpec),
  (slb) => slb.members.list('slb-1', 'listener-1'),
  (slb) => addOrThrow(slb, [memberSpec]),
];

describe('SLB responses', () => {
  it('are decoded or refused with a typed error of one line, whatever JSON they contain', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...reads), answer, async (read, body) => {
        const text = JSON.stringify(body);
        const { slb } = scriptedCloud(Array.from({ length: 6 }, () => ({ body: text || ' ' })));
        const [result] = await Promise.allSettled([read(slb)]);
        const error: unknown = result.status === 'rejected' ? result.reason : undefined;
        expect(error === undefined || error instanceof CloudError).toBe(true);
        expect(String(error)).not.toContain('\n');
      }),
      { numRuns: runs(300) },
    );
  });
});
