import {
  NodeIPError,
  ProvidedNodeIPAnnotation,
  errorText,
  getNodeAddressesFromNodeIP,
} from '@k8s-ccm/cloud-provider';
import type { InstanceMetadata, Instances, Node } from '@k8s-ccm/cloud-provider';
import { NodeSyncError } from './node-sync-error.ts';

/**
 * What the cloud says of the server behind a Node that waits for its initialization, fit to be
 * written; `undefined` where the provider wants the Node left as it is (contract.md#node-metadata, contract.md#node-ip).
 *
 * @throws NodeSyncError where the cloud cannot tell, knows no provider id, or lacks the node IP that kubelet was told
 */
export async function initialMetadata(
  instances: Instances,
  node: Node,
  signal: AbortSignal,
): Promise<InstanceMetadata | undefined> {
  const name = node.metadata?.name ?? '';
  const metadata = await askMetadata(instances, node, name, signal);
  if (metadata === undefined) return undefined;
  const nodeIP = node.metadata?.annotations?.[ProvidedNodeIPAnnotation];
  if (nodeIP === undefined) return metadata;
  try {
    getNodeAddressesFromNodeIP(nodeIP, metadata.nodeAddresses ?? []);
  } catch (error) {
    throw new NodeSyncError(
      `failed to get node modifiers from cloud provider: ${nodeIPProblem(error, name)}`,
      name,
      { cause: error },
    );
  }
  return metadata;
}

/** The text of an error about a Node's addresses, with what is wrong in front where that is the node IP. */
export function nodeIPProblem(error: unknown, node: string): string {
  const text = errorText(error);
  if (!(error instanceof NodeIPError)) return text;
  return `provided node ip for node ${JSON.stringify(node)} is not valid: ${text}`;
}

async function askMetadata(
  instances: Instances,
  node: Node,
  name: string,
  signal: AbortSignal,
): Promise<InstanceMetadata | undefined> {
  try {
    const metadata = await instances.metadata(node, { signal });
    if (metadata === undefined) return undefined;
    if (metadata.providerID || node.spec?.providerID || instances.providerIDOptional === true) {
      return metadata;
    }
    throw new NodeSyncError(`cloud provider does not set node provider ID for node ${name}`, name);
  } catch (error) {
    throw NodeSyncError.around(`failed to get instance metadata for node ${name}`, name, error);
  }
}
