import { isInstanceNotFound, isNotImplemented } from './error-predicates.ts';
import { errorText } from '@k8s-ccm/foundation';
import { NotImplementedError } from './errors.ts';
import { getInstanceProviderID, InstanceLookupError } from './instance-provider-id.ts';
import type { LegacyCloud } from './instance-provider-id.ts';
import type { InstanceMetadata, Instances, NodeCallOptions } from './instances.ts';
import type { Node, NodeAddress } from './kubernetes-types.ts';

/**
 * Makes `Instances` out of a cloud with the older forms, exactly as upstream's controllers use
 * those: each fact by provider id, then by name (contract.md#node-metadata, contract.md#node-lifecycle-decision, "V1").
 */
export function instancesFromV1(cloud: LegacyCloud): Instances {
  return new InstancesFromV1(cloud);
}

class InstancesFromV1 implements Instances {
  readonly providerIDOptional = true;
  readonly #cloud: LegacyCloud;

  constructor(cloud: LegacyCloud) {
    this.#cloud = cloud;
  }

  async exists(node: Node, options: NodeCallOptions): Promise<boolean> {
    const providerID = await this.#providerIDUnlessGone(node, options);
    if (providerID === undefined) return false;
    return this.#cloud.instances.instanceExistsByProviderID(providerID, options);
  }

  async isShutdown(node: Node, options: NodeCallOptions): Promise<boolean> {
    const providerID = await this.#providerIDUnlessGone(node, options);
    if (providerID === undefined) return false;
    try {
      return await this.#cloud.instances.instanceShutdownByProviderID(providerID, options);
    } catch (error) {
      // By identity: a NotImplementedError inside another error is an ordinary failure here (contract.md#errors).
      if (error instanceof NotImplementedError) return false;
      throw error;
    }
  }

  async metadata(node: Node, options: NodeCallOptions): Promise<InstanceMetadata> {
    const { instances, zones } = this.#cloud;
    const nodeName = nameOf(node);
    const providerID = await this.#providerIDIfAny(node, options);
    const nodeAddresses = await this.#addresses(providerID, nodeName, options);
    const instanceType = await byProviderIDOrName(
      () => instances.instanceTypeByProviderID(providerID, options),
      () => instances.instanceType(nodeName, options),
      (byID, byName) =>
        `InstanceType: Error fetching by providerID: ${byID} Error fetching by NodeName: ${byName}`,
      options,
    );
    const known = { providerID, instanceType, nodeAddresses };
    if (zones === undefined) return known;
    const zone = await byProviderIDOrName(
      () => zones.getZoneByProviderID(providerID, options),
      () => zones.getZoneByNodeName(nodeName, options),
      (byID, byName) =>
        `failed to get zone from cloud provider: Zone: Error fetching by providerID: ${byID} Error fetching by NodeName: ${byName}`,
      options,
    );
    return { ...known, zone: zone.failureDomain, region: zone.region };
  }

  /** No instance id is asked for: a Node without provider id is found by name. */
  addresses(node: Node, options: NodeCallOptions): Promise<readonly NodeAddress[]> {
    return this.#addresses(node.spec?.providerID ?? '', nameOf(node), options);
  }

  #addresses(
    providerID: string,
    nodeName: string,
    options: NodeCallOptions,
  ): Promise<readonly NodeAddress[]> {
    const { instances } = this.#cloud;
    return byProviderIDOrName(
      () => instances.nodeAddressesByProviderID(providerID, options),
      () => instances.nodeAddresses(nodeName, options),
      (byID, byName) =>
        `error fetching node by provider ID: ${byID}, and error by node name: ${byName}`,
      options,
    );
  }

  /** `''` where the cloud has no such ids; every other failure ends the work. */
  async #providerIDIfAny(node: Node, options: NodeCallOptions): Promise<string> {
    try {
      return await this.#providerID(node, options);
    } catch (error) {
      if (isNotImplemented(error)) return '';
      throw error;
    }
  }

  /** `undefined` where the cloud says, by this very error, that the instance does not exist. */
  async #providerIDUnlessGone(node: Node, options: NodeCallOptions): Promise<string | undefined> {
    try {
      return await this.#providerID(node, options);
    } catch (error) {
      if (isInstanceNotFound(error)) return undefined;
      throw error;
    }
  }

  async #providerID(node: Node, options: NodeCallOptions): Promise<string> {
    return (
      node.spec?.providerID || (await getInstanceProviderID(this.#cloud, nameOf(node), options))
    );
  }
}

async function byProviderIDOrName<Fact>(
  byProviderID: () => Promise<Fact>,
  byName: () => Promise<Fact>,
  describe: (byProviderID: string, byName: string) => string,
  { signal }: NodeCallOptions,
): Promise<Fact> {
  try {
    return await byProviderID();
  } catch (idError) {
    signal.throwIfAborted();
    try {
      return await byName();
    } catch (nameError) {
      throw new InstanceLookupError(describe(errorText(idError), errorText(nameError)), {
        cause: new AggregateError([idError, nameError]),
      });
    }
  }
}

function nameOf(node: Node): string {
  return node.metadata?.name ?? '';
}
