import { CloudProviderError } from '@k8s-ccm/cloud-provider';
import type { Listener } from '@k8s-ccm/inspur-sdk';

import { isGoListenerName, legacyListenerOwner, listenerOwner } from './listener-name.ts';

/** An SLB and the annotation that names it. */
export interface SlbReference {
  readonly slbId: string;
  /** `undefined` if no annotation does. */
  readonly annotation: string | undefined;
}

/** The Service asks for something that an SLB cannot do. No call was made. */
export class UnsupportedServiceError extends CloudProviderError {
  override readonly name = 'UnsupportedServiceError';
  override readonly code = 'UNSUPPORTED_SERVICE';
}

/** The SLB cannot be used: it does not exist, belongs to another account, or is broken. */
export class SlbUnavailableError extends CloudProviderError {
  override readonly name = 'SlbUnavailableError';
  override readonly code = 'SLB_UNAVAILABLE';
  readonly slbId: string;

  constructor(slbId: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.slbId = slbId;
  }
}

/** The cloud-config does not allow Services on the SLB. */
export class SlbNotAllowedError extends CloudProviderError {
  override readonly name = 'SlbNotAllowedError';
  override readonly code = 'SLB_NOT_ALLOWED';
  readonly slbId: string;

  constructor({ slbId, annotation }: SlbReference) {
    super(
      `SLB "${slbId}" (annotation ${annotation ?? ''}) is not in loadBalancer.allowedSlbIds of the cloud-config, so the Service cannot use it. Name an allowed SLB, or ask the cluster's operator to allow this one.`,
    );
    this.slbId = slbId;
  }
}

/** A port that a listener of somebody else holds. */
export interface PortClash {
  readonly slbId: string;
  readonly protocol: string;
  readonly port: number;
  readonly holder: Pick<Listener, 'listenerId' | 'listenerName' | 'protocol'>;
}

/** Listeners of others hold ports of the Service. The other ports are served. */
export class PortClashError extends CloudProviderError {
  override readonly name = 'PortClashError';
  override readonly code = 'PORT_CLASH';
  readonly clashes: readonly PortClash[];

  constructor(clashes: readonly PortClash[], options?: ErrorOptions) {
    super(clashes.map(describeClash).join('\n'), options);
    this.clashes = clashes;
  }
}

/** It is unknown whether listeners of the Service remain on an SLB. */
export class OwnershipDoubtError extends CloudProviderError {
  override readonly name = 'OwnershipDoubtError';
  override readonly code = 'OWNERSHIP_DOUBT';
  /** The SLBs in doubt, if they are known. */
  readonly slbIds: readonly string[];

  constructor(slbIds: readonly string[], message: string, options?: ErrorOptions) {
    super(message, options);
    this.slbIds = slbIds;
  }
}

/** A call to the cloud failed. The message says what the call was for and what the user can do. */
export class SlbCallError extends CloudProviderError {
  override readonly name = 'SlbCallError';
  override readonly code = 'SLB_CALL';
}

/** Says who holds a port and what can be done. */
export function describeClash({ slbId, protocol, port, holder }: PortClash): string {
  const { listenerName, listenerId } = holder;
  return `port ${protocol} ${port} of SLB "${slbId}" is held by the listener "${listenerName}" (${listenerId}, ${holder.protocol}), which ${makerOf(listenerName)}. Remove that listener, or use another port or another SLB.`;
}

function makerOf(name: string): string {
  if (isGoListenerName(name)) return 'the Go cloud-provider-inspur created';
  const owner = listenerOwner(name) ?? legacyListenerOwner(name);
  return owner === undefined
    ? 'was not created for a Service'
    : `belongs to another Service (UID ${owner}…)`;
}
