import { errorText } from '@k8s-ccm/cloud-provider';

/** A Node could not be brought to its desired state; it is tried again later. */
export class NodeSyncError extends Error {
  override readonly name = 'NodeSyncError';
  readonly code = 'NODE_SYNC_FAILED';
  /** The Node's name. */
  readonly node: string;

  constructor(message: string, node: string, options?: ErrorOptions) {
    super(message, options);
    this.node = node;
  }

  /** `<what>: <the cause's text>`, as upstream wraps errors. */
  static around(what: string, node: string, cause: unknown): NodeSyncError {
    return new NodeSyncError(`${what}: ${errorText(cause)}`, node, { cause });
  }
}
