import type { Node } from '@k8s-ccm/cloud-provider';

import { instanceIdAnnotation } from './instance-id-annotation.ts';
import { parseProviderId } from './provider-id.ts';

/** What a Node says about its server. */
export type NodeReference =
  /** The Node names its server. */
  | {
      readonly kind: 'id';
      readonly serverId: string;
      readonly source: ReferenceSource;
      /** The Node's provider ID, if it belongs to another cloud and the annotation names the server. */
      readonly foreignProviderId?: string;
    }
  /** The provider ID or, if there is none, the annotation does not belong to this cloud. */
  | { readonly kind: 'foreign'; readonly source: ReferenceSource; readonly text: string }
  /** The Node does not name its server. */
  | { readonly kind: 'unnamed' };

/** The field of a Node that names its server. */
export type ReferenceSource = 'provider ID' | `annotation ${typeof instanceIdAnnotation}`;

const annotationSource: ReferenceSource = `annotation ${instanceIdAnnotation}`;

/**
 * Reads what leads from a Node to its server: its provider ID, else the annotation `instanceIdAnnotation`. Beside the
 * provider ID of another cloud, which cannot be changed, the annotation counts if it names a server.
 */
export function readNodeReference(node: Node): NodeReference {
  const providerId = node.spec?.providerID ?? '';
  const fromProviderId = parseProviderId(providerId);
  if (fromProviderId.kind === 'server') {
    return { kind: 'id', serverId: fromProviderId.serverId, source: 'provider ID' };
  }
  const annotation = node.metadata?.annotations?.[instanceIdAnnotation] ?? '';
  const fromAnnotation = parseProviderId(annotation);
  const isForeign = fromProviderId.kind === 'foreign';
  if (fromAnnotation.kind === 'server') {
    const { serverId } = fromAnnotation;
    const reference = { kind: 'id', serverId, source: annotationSource } as const;
    return isForeign ? { ...reference, foreignProviderId: providerId } : reference;
  }
  if (isForeign) return { kind: 'foreign', source: 'provider ID', text: providerId };
  if (fromAnnotation.kind === 'foreign') {
    return { kind: 'foreign', source: annotationSource, text: annotation };
  }
  return { kind: 'unnamed' };
}
