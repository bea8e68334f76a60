import type { AnswerDialect } from '@k8s-ccm/cloud-http';
import { defaultDialect, judgeStatus } from '@k8s-ccm/cloud-http';
import { isSuccessCode } from '../call/answer-code.ts';
import type { MemberChange } from './member.ts';
import { SlbErrorCode } from './slb-error-code.ts';
import type { ListenerSpec, SlbSpec } from './slb.ts';

// Everything about the SLB API that no public source gives, in one place. Whoever has an account corrects it here.

/** [assumed] How the list of load balancers is filtered by name and paged. Pages count from 1. */
export function listQuery(page: number, name?: string): Readonly<Record<string, string>> {
  const paging = { pageNo: String(page), pageSize: '100' };
  return name === undefined ? paging : { slbName: name, ...paging };
}

/** [assumed] Where an EIP is bound to and unbound from a load balancer, below it. */
export const eipPath = 'eip';

/** [assumed] Body of CreateLoadBalancer. */
export function createLoadBalancerBody(spec: SlbSpec): Readonly<Record<string, string>> {
  const { slbName, scheme, vpcId, subnetId, specificationId, chargeType, eipId } = spec;
  const body = { slbName, scheme, vpcId, subnetId, specificationId, chargeType };
  return eipId === undefined ? body : { ...body, eipId };
}

/** [assumed] Most members that one AddMembers call may bring. */
export const maxAddedMembers = 100;

/** [assumed] Body of UpdateMember, a PUT to the member. */
export function updateMemberBody(change: MemberChange): Readonly<Record<string, number>> {
  return { weight: change.weight, port: change.port };
}

/** [assumed] The field that names the certificate of an HTTPS listener; left out where there is none. */
export function certificateField(spec: ListenerSpec): { readonly certificateId?: string } {
  return spec.certificateId === undefined ? {} : { certificateId: spec.certificateId };
}

/**
 * [assumed] The answers' statuses: the code decides, the status only where there is no code. A code that does not mean
 * success is an error also under a status of success: a refusal must never look like an empty answer. "Command failed"
 * codes under a 4xx are final: the API says that it did nothing.
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
