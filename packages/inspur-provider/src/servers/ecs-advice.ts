import {
  findCloudApiError,
  findCloudError,
  isAccessDenied,
  isRateLimited,
} from '@k8s-ccm/inspur-sdk';

import { InstanceCallError } from './server-errors.ts';

const retries = 'The controller retries automatically.';

/** What an operator can do about a failed call to the ECS or VPC API; the first row that fits counts. */
const adviceTable: readonly (readonly [when: (error: unknown) => boolean, advice: string])[] = [
  [
    isAccessDenied,
    'Check the credentials in the cloud-config, and that their account may list servers and VPCs.',
  ],
  [
    isRateLimited,
    `The account makes too many calls. ${retries} If this persists, set http.callsPerSecond in the cloud-config.`,
  ],
  [
    (error) => findCloudApiError(error) === undefined,
    `${retries} If this persists, check the endpoints in the cloud-config and the network.`,
  ],
];

const otherAdvice = `${retries} If this persists, contact INSPUR Cloud support.`;

/** Adds to a failed call what it was for and what can be done. Returns other errors as they are. */
export function describeEcsError(error: unknown, target: string): Error {
  const call = findCloudError(error);
  if (call === undefined) return error instanceof Error ? error : new Error(String(error));
  const [, advice = otherAdvice] = adviceTable.find(([when]) => when(error)) ?? [];
  return new InstanceCallError(`${target}: ${call.message}. ${advice}`, { cause: error });
}
