import { CloudDecodeError, CloudTimeoutError, SlbErrorCode } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { refusal } from '../testing/refusals.ts';
import { describeCallError, describeSlbError, SlbCallError } from './load-balancer-errors.ts';

const fields = {
  operation: 'CreateListener',
  method: 'POST',
  url: 'https://slb.example/slbs',
  outcome: 'unknown',
  retryable: true,
  attempts: 3,
} as const;
const timeout = new CloudTimeoutError('CreateListener: no answer', {
  ...fields,
  timeoutMs: 20_000,
});
const unreadable = new CloudDecodeError('CreateListener: HTML', {
  ...fields,
  problem: 'not-json',
  status: 200,
});

describe('describeCallError', () => {
  it.each([
    [refusal('AddMembers', SlbErrorCode.QuotaExceeded), 'the quota is short'],
    [refusal('AddMembers', SlbErrorCode.ServerNotFound), 'check the provider ids of the nodes'],
    [refusal('AddMembers', SlbErrorCode.SlbNotAuthorized), 'may not do this'],
    [refusal('AddMembers', SlbErrorCode.SlbNotFound), 'check that the SLB still exists'],
    [refusal('AddMembers', SlbErrorCode.Unauthorized, { status: 401 }), 'check the credentials'],
    [refusal('AddMembers', SlbErrorCode.AclNotFound), 'the cloud refuses this'],
    [refusal('AddMembers', '', { status: 429 }), 'set http.callsPerSecond'],
    [refusal('AddMembers', '', { status: 503, retryable: true }), 'the cloud has a fault'],
    [timeout, 'the cloud does not answer'],
    [unreadable, 'not what the SLB API promises'],
    [new Error('wrapped', { cause: timeout }), 'the cloud does not answer'],
  ])('says for what a call was made and what to do: %s', (error, advice) => {
    const described = describeCallError(error, 'listener "web" of SLB "slb-1"');
    expect(described).toBeInstanceOf(SlbCallError);
    expect(described).toMatchObject({ cause: error });
    expect(String(described)).toContain(`listener "web" of SLB "slb-1": ${error.message}; `);
    expect(String(described)).toContain(advice);
  });

  it('leaves alone what says all there is to say, and what is no call', () => {
    const described = new SlbCallError('all said', { cause: timeout });
    const bug = new TypeError('x is not a function');
    expect(describeCallError(described, 'SLB "slb-1"')).toBe(described);
    expect(describeCallError(bug, 'SLB "slb-1"')).toBe(bug);
  });
});

describe('describeSlbError', () => {
  it.each([
    [SlbErrorCode.SlbNotFound, 'does not exist (GetLoadBalancer: code 107.001404, request id'],
    [SlbErrorCode.SlbNotAuthorized, 'another account (GetLoadBalancer: code 107.001401, request'],
    [SlbErrorCode.BadRequest, 'check the annotations'],
  ])('names the SLB, the operation and the code %s', (code, text) => {
    const reference = { slbId: 'slb-1', annotation: undefined };
    const described = String(describeSlbError(refusal('GetLoadBalancer', code), reference));
    expect(described).toContain('SLB "slb-1"');
    expect(described).toContain(text);
  });
});
