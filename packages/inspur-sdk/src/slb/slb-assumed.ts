import type { AnswerDialect } from '@k8s-ccm/cloud-http';
import { defaultDialect, judgeStatus } from '@k8s-ccm/cloud-http';
import { isSuccessCode } from '../call/answer-code.ts';
import type { MemberChange } from './member.ts';
import { SlbErrorCode } from './slb-error-code.ts';
import type { ListenerSpec, SlbSpec } from './slb.ts';

// All assumptions about the SLB API that no public source confirms. If you have an account, correct them here.

/** [assumed] Parameters that filter the list of load balancers by name and select a page. Pages count from 1. */
export function listQuery(page: number, name?: string): Readonly<Record<string, string>> {
  const paging = { pageNo: String(page), pageSize: '100' };
  return name === undefined ? paging : { slbName: name, ...paging };
}

/** [assumed] Path to bind and unbind an EIP, relative to the load balancer. */
export const eipPath = 'eip';

/** [assumed] Body of CreateLoadBalancer. */
export function createLoadBalancerBody(spec: SlbSpec): Readonly<Record<string, string>> {
  const { slbName, scheme, vpcId, subnetId, specificationId, chargeType, eipId } = spec;
  const body = { slbName, scheme, vpcId, subnetId, specificationId, chargeType };
  return eipId === undefined ? body : { ...body, eipId };
}

/** [assumed] Maximum number of members per AddMembers call. */
export const maxAddedMembers = 100;

/** [assumed] Body of UpdateMember, a PUT request to the member. */
export function updateMemberBody(change: MemberChange): Readonly<Record<string, number>> {
  return { weight: change.weight, port: change.port };
}

/** [assumed] Field that contains the certificate of an HTTPS listener. Omitted if there is none. */
export function certificateField(spec: ListenerSpec): { readonly certificateId?: string } {
  return spec.certificateId === undefined ? {} : { certificateId: spec.certificateId };
}

/**
 * [assumed] Dialect of the SLB API. The code determines the outcome; the status does so only if there is no code. A
 * code that does not mean success is an error, even if the status means success: a refusal must never look like an
 * empty response. "Command failed" codes with a 4xx status are final: the API reports that it did nothing.
 */
export const slbDialect: AnswerDialect = {
  ...defaultDialect,
  judge: ({ status, apiCode }) => {
    if (apiCode === SlbErrorCode.Unauthorized) return 'credential';
    if (apiCode === SlbErrorCode.InternalError) return 'transient';
    if (status === 429 || isSuccessCode(apiCode)) return judgeStatus(status);
    if (knownCodes.has(apiCode)) {
      return status >= 500 && failedCodes.has(apiCode) ? 'transient' : 'refused';
    }
    const kind = judgeStatus(status);
    return kind === 'success' ? 'refused' : kind;
  },
};

const knownCodes: ReadonlySet<string> = new Set(Object.values(SlbErrorCode));

const failedCodes: ReadonlySet<string> = new Set([
  SlbErrorCode.ListenerCommandFailed,
  SlbErrorCode.AddBackendsFailed,
  SlbErrorCode.RemoveBackendsFailed,
  SlbErrorCode.ChangeBackendsFailed,
]);
