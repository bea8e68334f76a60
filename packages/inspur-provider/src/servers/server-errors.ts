import { CloudProviderError, InstanceUnresolvableError } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';

/** The provider ID of the Node, or the annotation in its place, does not belong to INSPUR Cloud. */
export class ForeignProviderIdError extends InstanceUnresolvableError {
  override readonly name = 'ForeignProviderIdError';
  override readonly code = 'FOREIGN_PROVIDER_ID';
  readonly providerId: string;

  constructor(message: string, providerId: string) {
    super(message);
    this.providerId = providerId;
  }
}

/** More than one server fits a Node that does not name its server. */
export class AmbiguousServerError extends InstanceUnresolvableError {
  override readonly name = 'AmbiguousServerError';
  override readonly code = 'AMBIGUOUS_SERVER';
  /** All servers that fit. */
  readonly servers: readonly Server[];

  constructor(message: string, servers: readonly Server[]) {
    super(message);
    this.servers = servers;
  }
}

/** The answer of the cloud does not tell whether the server of a Node exists. */
export class InstanceDoubtError extends CloudProviderError {
  override readonly name = 'InstanceDoubtError';
  override readonly code = 'INSTANCE_DOUBT';
}

/** The server exists, but is not ready to be a Node. */
export class ServerNotReadyError extends CloudProviderError {
  override readonly name = 'ServerNotReadyError';
  override readonly code = 'SERVER_NOT_READY';
  readonly serverId: string;

  constructor(serverId: string, message: string) {
    super(message);
    this.serverId = serverId;
  }
}

/** A call to the cloud failed. The message says what the call was for, and what the operator can do. */
export class InstanceCallError extends CloudProviderError {
  override readonly name = 'InstanceCallError';
  override readonly code = 'INSTANCE_CALL';
}
