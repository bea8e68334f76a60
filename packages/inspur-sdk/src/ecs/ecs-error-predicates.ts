import { findCloudApiError } from '@k8s-ccm/cloud-http';
import { isDenialCode } from '../rpc/rpc-assumed.ts';
import { EcsErrorCode } from './ecs-error-code.ts';

/**
 * Reports whether the account cannot see the server. This is evidence, not proof: a new server may not be visible yet.
 */
export function isEcsServerNotFound(error: unknown): boolean {
  return findCloudApiError(error)?.apiCode === EcsErrorCode.DetailEmpty;
}

/** Reports whether ECS, VPC, or the token exchange refused the credentials, or they lack a permission. */
export function isAccessDenied(error: unknown): boolean {
  const apiError = findCloudApiError(error);
  if (apiError === undefined) return false;
  const { apiCode, status } = apiError;
  return isDenialCode(apiCode) || status === 401 || status === 403;
}
