import { brand } from './error-brand.ts';
import { errorText } from '@k8s-ccm/foundation';
import { CloudProviderError, InstanceNotFoundError, NotImplementedError } from './errors.ts';
import type { NodeCallOptions } from './instances.ts';
import type { LegacyInstances, Zones } from './legacy-instances.ts';

/** A cloud with the older forms of the contract. */
export interface LegacyCloud {
  /** The scheme of provider ids: `<providerName>://<instance id>`. */
  readonly providerName: string;
  readonly instances: LegacyInstances;
  /** Without it, Nodes get no zone and region. */
  readonly zones?: Zones;
}

/** A cloud with the older forms could not tell a fact about a server. */
export class InstanceLookupError extends CloudProviderError {
  static {
    brand(this, 'InstanceLookupError');
  }

  override readonly name = 'InstanceLookupError';
  override readonly code = 'INSTANCE_LOOKUP_FAILED';
}

/**
 * The provider id of a Node that has none yet: `<providerName>://<instance id>`, also where the
 * instance id is empty (contract.md#errors).
 *
 * @throws InstanceNotFoundError and NotImplementedError as the cloud threw them.
 * @throws InstanceLookupError around any other error, and where the cloud has no instances.
 */
export async function getInstanceProviderID(
  cloud: Partial<LegacyCloud> & Pick<LegacyCloud, 'providerName'>,
  nodeName: string,
  options: NodeCallOptions,
): Promise<string> {
  if (cloud.instances === undefined) {
    throw new InstanceLookupError('failed to get instances from cloud provider');
  }
  try {
    return `${cloud.providerName}://${await cloud.instances.instanceID(nodeName, options)}`;
  } catch (error) {
    if (error instanceof InstanceNotFoundError || error instanceof NotImplementedError) throw error;
    throw new InstanceLookupError(
      `failed to get instance ID from cloud provider: ${errorText(error)}`,
      { cause: error },
    );
  }
}
