import { CloudProviderError, errorText, RetryAfterError } from '@k8s-ccm/cloud-provider';
import {
  CloudDecodeError,
  findCloudApiError,
  findCloudError,
  isBackendNotFound,
  isBadRequest,
  isListenerNotFound,
  isListenerPortInUse,
  isQuotaExceeded,
  isRateLimited,
  isServerNotFound,
  isSlbNotAuthorized,
  isSlbNotFound,
  isUnauthorized,
  retryAfterOf,
} from '@k8s-ccm/inspur-sdk';

import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';
import { SlbCallError, SlbUnavailableError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';

/** What a failed call was for. {@link adviseOnSlbError} turns it into an error for the user. */
export class SlbStepError extends Error {
  override readonly name = 'SlbStepError';
  readonly code = 'SLB_STEP';
  /** For example `listener "k8s_…" of SLB "slb-1"`. */
  readonly target: string;
  /** The SLB, if reading it failed. */
  readonly slb: SlbReference | undefined;

  constructor(target: string, cause: unknown, slb?: SlbReference) {
    super(`${target}: ${errorText(cause)}`, { cause });
    this.target = target;
    this.slb = slb;
  }
}

const retries = 'The controller retries automatically.';
const contact = `${retries} If this persists, contact INSPUR Cloud support.`;

/** What the user can do about a failed call to the SLB API; the first row that fits counts. */
const adviceTable: readonly (readonly [when: (error: unknown) => boolean, advice: string])[] = [
  [isListenerPortInUse, `Another listener took the port a moment ago. ${retries}`],
  [isQuotaExceeded, 'Raise the quota, or remove listeners or members that are not needed.'],
  [
    isServerNotFound,
    `Check the provider IDs of the Nodes and their annotation ${instanceIdAnnotation}. To leave out a Node that is not an ECS server, label it node.kubernetes.io/exclude-from-external-load-balancers.`,
  ],
  [isUnauthorized, 'Check the credentials in the cloud-config.'],
  [isBadRequest, 'Check the annotations of the Service.'],
  [isListenerNotFound, `Somebody else removed the listener. ${retries}`],
  [isBackendNotFound, `Somebody else removed the member. ${retries}`],
  [isSlbNotFound, `Check that the SLB still exists. ${retries}`],
  [
    isSlbNotAuthorized,
    'The account of the cloud-config is not allowed to do this: grant it the right, or use an SLB of that account.',
  ],
  [
    isRateLimited,
    `The account makes too many calls. ${retries} If this persists, set http.callsPerSecond in the cloud-config.`,
  ],
  [
    (error) => findCloudError(error) instanceof CloudDecodeError,
    `The answer does not have the form of the SLB API. ${retries} If this persists, check the endpoint in the cloud-config and any proxy in between.`,
  ],
  [
    (error) => findCloudApiError(error) === undefined,
    `${retries} If this persists, check the endpoint in the cloud-config and the network.`,
  ],
  [(error) => findCloudApiError(error)?.retryable === true, contact],
];

const otherAdvice =
  'Check the SLB and the annotations of the Service, or contact INSPUR Cloud support.';

/**
 * Adds to a failure what its user can do about it. Call it once, where the failure leaves the
 * provider. Returns errors that already say so, and errors that are not of a call, as they are.
 */
export function adviseOnSlbError(error: unknown): Error {
  if (error instanceof AggregateError) {
    const errors = error.errors.map(adviseOnSlbError);
    return new AggregateError(errors, errors.map(errorText).join('\n'));
  }
  if (error instanceof SlbStepError) return adviseOnStep(error);
  return error instanceof Error ? error : new Error(errorText(error), { cause: error });
}

function adviseOnStep(step: SlbStepError): Error {
  const { cause, slb, target } = step;
  if (cause instanceof CloudProviderError) return cause;
  if (findCloudError(cause) === undefined) return adviseOnSlbError(cause);
  const unavailable = slb === undefined ? undefined : describeUnavailable(cause, slb);
  if (unavailable !== undefined) return unavailable;
  const [, advice = otherAdvice] = adviceTable.find(([when]) => when(cause)) ?? [];
  const message = `${target}: ${errorText(cause)}. ${advice}`;
  const retryAfterMs = retryAfterOf(cause);
  const wish =
    retryAfterMs === undefined ? cause : new RetryAfterError(message, retryAfterMs, { cause });
  return new SlbCallError(message, { cause: wish });
}

function describeUnavailable(
  cause: unknown,
  { slbId, annotation }: SlbReference,
): SlbUnavailableError | undefined {
  const call = findCloudApiError(cause);
  const quoted = call === undefined ? '' : ` (${call.operation}: code ${call.apiCode})`;
  const named = annotation === undefined ? '' : ` (annotation ${annotation})`;
  if (isSlbNotFound(cause)) {
    return new SlbUnavailableError(
      slbId,
      `SLB "${slbId}"${named} does not exist${quoted}. Set the annotation to the ID of an existing SLB of this account and region.`,
      { cause },
    );
  }
  if (isSlbNotAuthorized(cause)) {
    return new SlbUnavailableError(
      slbId,
      `SLB "${slbId}"${named} belongs to another account${quoted}. Set the annotation to the ID of an SLB of this account, or give the controller the credentials of the SLB's account.`,
      { cause },
    );
  }
  return undefined;
}

/** Does work that leaves the provider, and gives its failure its advice. */
export async function withAdvice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw adviseOnSlbError(error);
  }
}

/** Whether the cloud refused a call, so that what was believed about it is wrong. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isRefusal);
  return findCloudApiError(error)?.outcome === 'refused';
}

/** Returns a single failure as it is, and several as one error that holds them all. */
export function combineFailures(errors: readonly unknown[]): unknown {
  return errors.length === 1
    ? errors[0]
    : new AggregateError(errors, errors.map(errorText).join('\n'));
}
