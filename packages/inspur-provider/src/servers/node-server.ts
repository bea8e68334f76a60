import { hasUninitializedTaint } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

import { instanceIdAnnotation } from './instance-id-annotation.ts';
import { readNodeReference } from './node-reference.ts';
import type { NodeReference } from './node-reference.ts';

/** What is known about the server behind a Node. */
export type NodeServer =
  | { readonly kind: 'server'; readonly serverId: string }
  /** The Node is not initialized and does not name a server yet. */
  | { readonly kind: 'pending' }
  /** The Node does not lead to a server of this cloud. */
  | {
      readonly kind: 'none';
      /** A clause for an event about the Node, such as `no server of the account has its name`. */
      readonly reason: string;
    }
  /** The servers of the account cannot be read now, so nothing can be said. */
  | {
      readonly kind: 'unknown';
      /** A clause for an event about the Node. */
      readonly reason: string;
      /** The error of the call that failed, if one did. */
      readonly error?: unknown;
    };

// Nodes are frozen objects that many Services share: each one is read once.
const statements = new WeakMap<Node, { readonly server: NodeServer | undefined }>();

/**
 * What a Node itself says about its server, for keys and caches; `undefined` if only the servers of the account can
 * tell. Makes no call, and gives the same for the same Node.
 */
export function statedServer(node: Node): NodeServer | undefined {
  const known = statements.get(node);
  if (known !== undefined) return known.server;
  const server = readStatement(node);
  statements.set(node, { server });
  return server;
}

/** A clause that says why the reference of a Node does not lead to a server of this cloud. */
export function describeForeign({
  source,
  text,
}: Pick<Extract<NodeReference, { kind: 'foreign' }>, 'source' | 'text'>): string {
  const shown = JSON.stringify(text);
  return source === 'provider ID'
    ? `its provider ID ${shown} does not belong to INSPUR Cloud (expected incloud://<server-id>)`
    : `its annotation ${instanceIdAnnotation} ${shown} is not the ID of a server of INSPUR Cloud (expected <server-id> or incloud://<server-id>)`;
}

function readStatement(node: Node): NodeServer | undefined {
  const reference = readNodeReference(node);
  if (reference.kind === 'id') return { kind: 'server', serverId: reference.serverId };
  if (reference.kind === 'foreign') return { kind: 'none', reason: describeForeign(reference) };
  return hasUninitializedTaint(node) ? { kind: 'pending' } : undefined;
}
