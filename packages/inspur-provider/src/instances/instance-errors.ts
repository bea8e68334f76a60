import { CloudProviderError, InstanceUnresolvableError } from '@k8s-ccm/cloud-provider';
import type { Server } from '@k8s-ccm/inspur-sdk';

/** The Node's provider id, or the annotation in its place, is none of this provider. Nothing is said about its server. */
export class ForeignProviderIdError extends InstanceUnresolvableError {
  override readonly name = 'ForeignProviderIdError';
  override readonly code = 'FOREIGN_PROVIDER_ID';
  readonly providerId: string;

  /** `source`: where the Node has it. */
  constructor(source: string, providerId: string) {
    super(
      `${source} ${JSON.stringify(providerId)} is none of INSPUR Cloud; expected incloud://<server id>`,
    );
    this.providerId = providerId;
  }
}

/** More than one server fits a Node: which one it is cannot be told. */
export class AmbiguousServerError extends InstanceUnresolvableError {
  override readonly name = 'AmbiguousServerError';
  override readonly code = 'AMBIGUOUS_SERVER';
  /** All that fit. */
  readonly servers: readonly Server[];

  constructor(message: string, servers: readonly Server[]) {
    super(message);
    this.servers = servers;
  }
}

/** The cloud's answer does not tell whether the Node's server is there. */
export class InstanceDoubtError extends CloudProviderError {
  override readonly name = 'InstanceDoubtError';
  override readonly code = 'INSTANCE_DOUBT';
}

/** The server is there, but not yet fit to be a Node. */
export class ServerNotReadyError extends CloudProviderError {
  override readonly name = 'ServerNotReadyError';
  override readonly code = 'SERVER_NOT_READY';
  readonly serverId: string;

  constructor(serverId: string, message: string) {
    super(message);
    this.serverId = serverId;
  }
}

/** A call to the cloud failed; says for what it was made, and what the operator can do. */
export class InstanceCallError extends CloudProviderError {
  override readonly name = 'InstanceCallError';
  override readonly code = 'INSTANCE_CALL';
}
