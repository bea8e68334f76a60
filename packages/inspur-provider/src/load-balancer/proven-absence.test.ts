import { SlbErrorCode } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildListener, buildSlb } from '../testing/cloud-fixtures.ts';
import { refusal } from '../testing/refusals.ts';
import { isListenerGone, listenersIfAny } from './proven-absence.ts';

const listed = refusal('ListListeners', SlbErrorCode.SlbNotFound);
const got = refusal('GetLoadBalancer', SlbErrorCode.SlbNotFound);
const listener = buildListener();
const call = {};

describe('an SLB whose listeners are not found', () => {
  it('is gone where it is not found itself', async () => {
    const client = {
      listListeners: () => Promise.reject(listed),
      getLoadBalancer: () => Promise.reject(got),
    };
    expect(await listenersIfAny(client, 'slb-1', call)).toEqual([]);
    expect(await isListenerGone(client, listener, call)).toBe(true);
  });

  it('is not believed to be gone where it is found itself', async () => {
    const client = {
      listListeners: () => Promise.reject(listed),
      getLoadBalancer: () => Promise.resolve(buildSlb()),
    };
    await expect(listenersIfAny(client, 'slb-1', call)).rejects.toBe(listed);
  });

  it('is not believed to be gone where nobody can tell', async () => {
    const denied = refusal('GetLoadBalancer', SlbErrorCode.SlbNotAuthorized);
    const client = {
      listListeners: () => Promise.reject(listed),
      getLoadBalancer: () => Promise.reject(denied),
    };
    await expect(listenersIfAny(client, 'slb-1', call)).rejects.toBe(denied);
  });
});

describe('a listener that is called not found', () => {
  it.each([
    ['gone', 'not listed', [], true],
    ['gone', 'not listed among others', [buildListener({ listenerId: 'other' })], true],
    ['there', 'listed', [listener], false],
  ])('is %s where it is %s', async (_, __, listeners, gone) => {
    const client = {
      listListeners: () => Promise.resolve(listeners),
      getLoadBalancer: () => Promise.reject(got),
    };
    expect(await isListenerGone(client, listener, call)).toBe(gone);
  });
});
