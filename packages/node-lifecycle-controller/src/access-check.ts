import type { Instances, Node, NodeCallOptions } from '@k8s-ccm/cloud-provider';
import type { Access } from './decide.ts';
import { maxWitnesses } from './witnesses.ts';

/**
 * Finds out whether the cloud answers for the account at all: by the provider's own check, else by
 * the servers of a few Ready Nodes, one of which must exist.
 *
 * @throws what the provider throws
 */
export async function checkAccess(
  instances: Instances,
  ready: readonly Node[],
  options: NodeCallOptions,
): Promise<Access> {
  if (instances.confirmAccess !== undefined) {
    return (await instances.confirmAccess(options)) ? 'confirmed' : 'refused';
  }
  for (const node of ready.slice(0, maxWitnesses)) {
    if (await instances.exists(node, options)) return 'confirmed';
  }
  return ready.length === 0 ? 'impossible' : 'refused';
}
