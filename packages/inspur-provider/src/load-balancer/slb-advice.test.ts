import { findRetryAfter } from '@k8s-ccm/cloud-provider';
import { CloudDecodeError, CloudTimeoutError, SlbErrorCode } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { refusal } from '../testing/refusals.ts';
import { SlbCallError } from './load-balancer-errors.ts';
import { adviseOnSlbError, SlbStepError } from './slb-advice.ts';

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

const target = 'listener "web" of SLB "slb-1"';

describe('adviseOnSlbError', () => {
  it.each([
    [refusal('AddMembers', SlbErrorCode.QuotaExceeded), 'Raise the quota'],
    [refusal('AddMembers', SlbErrorCode.ServerNotFound), 'Check the provider IDs of the Nodes'],
    [refusal('AddMembers', SlbErrorCode.SlbNotAuthorized), 'is not allowed to do this'],
    [refusal('AddMembers', SlbErrorCode.SlbNotFound), 'Check that the SLB still exists'],
    [refusal('AddMembers', SlbErrorCode.Unauthorized, { status: 401 }), 'Check the credentials'],
    [refusal('AddMembers', SlbErrorCode.AclNotFound), 'Check the SLB and the annotations'],
    [refusal('AddMembers', '', { status: 429 }), 'set http.callsPerSecond'],
    [refusal('AddMembers', '', { status: 503, retryable: true }), 'contact INSPUR Cloud support'],
    [timeout, 'check the endpoint in the cloud-config and the network'],
    [unreadable, 'does not have the form of the SLB API'],
    [new Error('wrapped', { cause: timeout }), 'check the endpoint'],
  ])('says what a call was for and what to do: %s', (cause, advice) => {
    const advised = adviseOnSlbError(new SlbStepError(target, cause));
    expect(advised).toBeInstanceOf(SlbCallError);
    expect(advised).toMatchObject({ cause });
    expect(advised.message).toContain(`${target}: ${cause.message}. `);
    expect(advised.message).toContain(advice);
  });

  it('returns errors that say everything, and errors of no call, as they are', () => {
    const said = new SlbCallError('all said', { cause: timeout });
    const bug = new TypeError('x is not a function');
    expect(adviseOnSlbError(said)).toBe(said);
    expect(adviseOnSlbError(new SlbStepError(target, said))).toBe(said);
    expect(adviseOnSlbError(bug)).toBe(bug);
    expect(adviseOnSlbError(new SlbStepError(target, bug))).toBe(bug);
  });

  it('advises on each failure of several', () => {
    const causes = [SlbErrorCode.QuotaExceeded, SlbErrorCode.SlbNotFound].map(
      (code) => new SlbStepError(target, refusal('AddMembers', code)),
    );
    const { message } = adviseOnSlbError(new AggregateError(causes));
    expect(message.split('\n')).toEqual([
      expect.stringContaining('Raise the quota'),
      expect.stringContaining('Check that the SLB still exists'),
    ]);
  });

  it("passes the cloud's Retry-After on", () => {
    const cause = refusal('AddMembers', '', { status: 429, retryAfterMs: 600_000 });
    const advised = adviseOnSlbError(new SlbStepError(target, cause));
    expect(findRetryAfter(advised)?.retryAfterMs).toBe(600_000);
  });

  it.each([
    [SlbErrorCode.SlbNotFound, 'does not exist (GetLoadBalancer: code 107.001404).'],
    [SlbErrorCode.SlbNotAuthorized, 'another account (GetLoadBalancer: code 107.001401).'],
    [SlbErrorCode.BadRequest, 'Check the annotations'],
  ])('names the SLB, the annotation, the operation and the code %s', (code, text) => {
    const slb = { slbId: 'slb-1', annotation: undefined };
    const step = new SlbStepError('SLB "slb-1"', refusal('GetLoadBalancer', code), slb);
    const { message } = adviseOnSlbError(step);
    expect(message).toContain('SLB "slb-1"');
    expect(message).toContain(text);
  });
});
