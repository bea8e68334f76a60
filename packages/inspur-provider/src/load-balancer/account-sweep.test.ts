import { SlbErrorCode } from '@k8s-ccm/inspur-sdk';
import type { Listener, Slb } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildListener, buildSlb } from '../testing/cloud-fixtures.ts';
import { refusal } from '../testing/refusals.ts';
import { AccountSweep } from './account-sweep.ts';

const denied = refusal('ListListeners', SlbErrorCode.SlbNotAuthorized);
const { signal } = new AbortController();

/** A sweep of an account with these SLBs; each answer to a look at an SLB's listeners in its turn. */
function sweepOf(
  slbs: readonly Slb[],
  answers: Readonly<Record<string, readonly (readonly Listener[] | Error)[]>>,
) {
  const looks: string[] = [];
  const sweep = new AccountSweep(
    {
      listLoadBalancers: () => Promise.resolve({ slbs, complete: true, calls: 1 }),
      getLoadBalancer: (slbId) =>
        Promise.reject(
          refusal('GetLoadBalancer', SlbErrorCode.SlbNotFound, { status: slbId.length }),
        ),
      listListeners: (slbId) => {
        const answer = answers[slbId]?.[looks.filter((look) => look === slbId).length];
        looks.push(slbId);
        if (answer === undefined) return Promise.reject(new Error(`too many looks at ${slbId}`));
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    signal,
  );
  return {
    looks,
    owners: async () => Object.fromEntries((await sweep.sweep(signal)).slbIdsByOwner),
  };
}

describe('a sweep of the account', () => {
  it('looks at every SLB, save those that say that they have no listener', async () => {
    const { looks, owners } = sweepOf(
      [
        buildSlb({ slbId: 'full', listenerCount: 3 }),
        buildSlb({ slbId: 'empty', listenerCount: 0 }),
        buildSlb({ slbId: 'silent', listenerCount: undefined }),
      ],
      { full: [[buildListener()]], silent: [[buildListener()]] },
    );
    expect(await owners()).toEqual({ a0000000: new Set(['full', 'silent']) });
    expect(looks).toEqual(['full', 'silent']);
  });

  it('does not take one denial for an answer', async () => {
    const { owners } = sweepOf([buildSlb()], { 'slb-1': [denied, [buildListener()]] });
    expect(await owners()).toEqual({ a0000000: new Set(['slb-1']) });
  });

  it('passes over an SLB that is denied twice', async () => {
    const slbs = [buildSlb(), buildSlb({ slbId: 'slb-2' })];
    const { owners } = sweepOf(slbs, { 'slb-1': [[buildListener()]], 'slb-2': [denied, denied] });
    expect(await owners()).toEqual({ a0000000: new Set(['slb-1']) });
  });

  it('fails where every SLB is denied', async () => {
    const { owners } = sweepOf([buildSlb()], { 'slb-1': [denied, denied] });
    await expect(owners()).rejects.toThrow('SLB "slb-1" belongs to another account');
  });

  it('passes over an SLB that is gone meanwhile', async () => {
    const gone = refusal('ListListeners', SlbErrorCode.SlbNotFound);
    const { owners } = sweepOf([buildSlb()], { 'slb-1': [gone] });
    expect(await owners()).toEqual({});
  });

  it('says what it looked at where the list itself fails', async () => {
    const failing = {
      listLoadBalancers: () =>
        Promise.reject(refusal('ListLoadBalancers', SlbErrorCode.BadRequest)),
      getLoadBalancer: () => Promise.reject(new Error('not asked for')),
      listListeners: () => Promise.reject(new Error('not asked for')),
    };
    await expect(new AccountSweep(failing, signal).sweep(signal)).rejects.toThrow(
      /^all SLBs of the account: ListLoadBalancers: .*107\.000400; check/,
    );
  });
});
