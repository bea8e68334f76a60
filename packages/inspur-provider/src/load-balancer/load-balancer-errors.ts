import { CloudProviderError } from '@k8s-ccm/cloud-provider';
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
} from '@k8s-ccm/inspur-sdk';
import type { CloudError, Listener } from '@k8s-ccm/inspur-sdk';

import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';
import { isGoListenerName, listenerOwner } from './listener-name.ts';

/** An SLB and the annotation that names it. */
export interface SlbReference {
  readonly slbId: string;
  /** `undefined` where no annotation does. */
  readonly annotation: string | undefined;
}

/** The Service asks for something that an SLB cannot do. No call was made. */
export class UnsupportedServiceError extends CloudProviderError {
  override readonly name = 'UnsupportedServiceError';
  override readonly code = 'UNSUPPORTED_SERVICE';
}

/** The SLB cannot be used: there is none, it is somebody else's, or it is broken. */
export class SlbUnavailableError extends CloudProviderError {
  override readonly name = 'SlbUnavailableError';
  override readonly code = 'SLB_UNAVAILABLE';
  readonly slbId: string;

  constructor(slbId: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.slbId = slbId;
  }
}

/** A port that somebody else's listener stands on. */
export interface PortClash {
  readonly slbId: string;
  readonly protocol: string;
  readonly port: number;
  readonly holder: Pick<Listener, 'listenerId' | 'listenerName' | 'protocol'>;
}

/** Ports of the Service are held by listeners that are not its own. Its other ports are served. */
export class PortClashError extends CloudProviderError {
  override readonly name = 'PortClashError';
  override readonly code = 'PORT_CLASH';
  readonly clashes: readonly PortClash[];

  constructor(clashes: readonly PortClash[], options?: ErrorOptions) {
    super(clashes.map(describeClash).join('\n'), options);
    this.clashes = clashes;
  }
}

/** It cannot be told whether listeners of the Service are left somewhere. */
export class OwnershipDoubtError extends CloudProviderError {
  override readonly name = 'OwnershipDoubtError';
  override readonly code = 'OWNERSHIP_DOUBT';
}

/** A call to the cloud failed; says for what it was made, and what the user can do. */
export class SlbCallError extends CloudProviderError {
  override readonly name = 'SlbCallError';
  override readonly code = 'SLB_CALL';
}

/** Says who holds a port, and what can be done. */
export function describeClash({ slbId, protocol, port, holder }: PortClash): string {
  const owner = listenerOwner(holder.listenerName);
  const maker = isGoListenerName(holder.listenerName)
    ? 'was made by the Go cloud-provider-inspur'
    : owner === undefined
      ? 'was not made for a Service'
      : `belongs to another Service (UID ${owner}…)`;
  return `port ${protocol} ${port} of SLB "${slbId}" is held by the listener "${holder.listenerName}" (${holder.listenerId}, ${holder.protocol}), which ${maker} and is left alone; remove that listener, or take another port or another SLB`;
}

/** Puts the failure to read an SLB into the words of the person who wrote its id. */
export function describeSlbError(error: unknown, { slbId, annotation }: SlbReference): unknown {
  const named = annotation === undefined ? '' : ` (annotation ${annotation})`;
  const quoted = quoteCall(error);
  if (isSlbNotFound(error)) {
    return new SlbUnavailableError(
      slbId,
      `SLB "${slbId}"${named} does not exist${quoted}; set the annotation to the id of an existing SLB of this account and region`,
      { cause: error },
    );
  }
  if (isSlbNotAuthorized(error)) {
    return new SlbUnavailableError(
      slbId,
      `SLB "${slbId}"${named} belongs to another account${quoted}; set the annotation to the id of an SLB of this account, or give the controller the credentials of the SLB's account`,
      { cause: error },
    );
  }
  return describeCallError(error, `SLB "${slbId}"`);
}

/** Adds to a failed call what it was for and what can be done. */
export function describeCallError(error: unknown, target: string): unknown {
  // An error of ours says all there is to say, even if a call's failure is its cause.
  if (error instanceof CloudProviderError || !(error instanceof Error)) return error;
  const call = findCloudError(error);
  if (call === undefined) return error;
  return new SlbCallError(`${target}: ${error.message}; ${adviceFor(error, call)}`, {
    cause: error,
  });
}

/** True where the cloud said no, so that what was believed of it is wrong. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isRefusal);
  return findCloudApiError(error)?.outcome === 'refused';
}

function adviceFor(error: unknown, call: CloudError): string {
  if (isListenerPortInUse(error)) {
    return 'a listener stood on the port a moment ago; it is looked at again';
  }
  if (isQuotaExceeded(error)) {
    return 'the quota is short: raise it, or remove listeners or members that are not needed';
  }
  if (isServerNotFound(error)) {
    return `a node's server is not known to the cloud: check the provider ids of the nodes, or their annotation ${instanceIdAnnotation}; a node that is no ECS server can be left out by the label node.kubernetes.io/exclude-from-external-load-balancers`;
  }
  if (isUnauthorized(error)) return 'check the credentials in the cloud-config';
  if (isBadRequest(error)) return 'check the annotations of the Service';
  if (isListenerNotFound(error) || isBackendNotFound(error)) {
    return 'somebody else removed it; it is looked at again';
  }
  if (isSlbNotFound(error)) return 'check that the SLB still exists; it is looked at again';
  if (isSlbNotAuthorized(error)) {
    return 'the account of the cloud-config may not do this: give it the right to, or use an SLB of that account';
  }
  if (isRateLimited(error)) {
    return 'the account makes too many calls; it is tried again by itself, and if it stays, set http.callsPerSecond in the cloud-config';
  }
  if (call instanceof CloudDecodeError) {
    return 'the answer is not what the SLB API promises; it is tried again by itself, and if it stays, check the endpoint in the cloud-config and any proxy on the way to it';
  }
  const answer = findCloudApiError(error);
  if (answer === undefined) {
    return 'the cloud does not answer; it is tried again by itself, and if it stays, check the endpoint in the cloud-config and the network on the way to it';
  }
  if (answer.retryable) {
    return 'the cloud has a fault; it is tried again by itself, and if it stays, ask the support of the cloud';
  }
  return 'the cloud refuses this; check the SLB and the annotations of the Service, or ask the support of the cloud';
}

function quoteCall(error: unknown): string {
  const call = findCloudApiError(error);
  if (call === undefined) return '';
  const code = call.apiCode === '' ? `status ${call.status}` : `code ${call.apiCode}`;
  const request = call.requestId === '' ? '' : `, request id ${call.requestId}`;
  return ` (${call.operation}: ${code}${request})`;
}
