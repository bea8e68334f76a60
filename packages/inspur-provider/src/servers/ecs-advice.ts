import {
  findCloudApiError,
  findCloudError,
  isAccessDenied,
  isRateLimited,
} from '@k8s-ccm/inspur-sdk';

import { InstanceCallError } from './server-errors.ts';

/** Adds to a failed call what it was for and what can be done. What is no failure of a call comes back as it is. */
export function describeEcsError(error: unknown, target: string): unknown {
  const call = findCloudError(error);
  if (call === undefined) return error;
  return new InstanceCallError(`${target}: ${call.message}; ${adviceFor(error)}`, { cause: error });
}

function adviceFor(error: unknown): string {
  if (isAccessDenied(error)) {
    return 'check the credentials in the cloud-config, and that their account may list servers and VPCs';
  }
  if (isRateLimited(error)) {
    return 'the account makes too many calls; it is tried again by itself, and if it stays, set http.callsPerSecond in the cloud-config';
  }
  const answer = findCloudApiError(error);
  if (answer === undefined) {
    return 'it is tried again by itself, and if it stays, check the endpoints in the cloud-config and the network on the way to them';
  }
  return answer.retryable
    ? 'the cloud has a fault; it is tried again by itself, and if it stays, ask the support of the cloud'
    : 'the cloud refuses this; it is tried again by itself, and if it stays, ask the support of the cloud';
}
