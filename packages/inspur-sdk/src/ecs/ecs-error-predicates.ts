import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { isDenialCode } from '../rpc/rpc-assumed.ts';
import { EcsErrorCode } from './ecs-error-code.ts';

/** The account shows no such server. That is evidence, not proof: a server that was just made may not be shown yet. */
export function isEcsServerNotFound(error: unknown): boolean {
  return findCloudApiError(error)?.apiCode === EcsErrorCode.DetailEmpty;
}

/** The credentials are not accepted, or what they stand for may not do this; said by ECS, VPC or the token exchange. */
export function isAccessDenied(error: unknown): boolean {
  const apiError = findCloudApiError(error);
  if (apiError === undefined) return false;
  const { apiCode, status } = apiError;
  return isDenialCode(apiCode) || status === 401 || status === 403;
}
