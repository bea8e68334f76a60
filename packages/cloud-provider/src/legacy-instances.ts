import type { NodeCallOptions } from './instances.ts';
import type { NodeAddress } from './kubernetes-types.ts';

/**
 * Servers as upstream's older `Instances` describes them: by Node name and by provider id, one fact
 * per call. New providers implement `Instances`; for this one there is `instancesFromV1`. See contract.md#older-instances.
 */
export interface LegacyInstances {
  nodeAddresses(nodeName: string, options: NodeCallOptions): Promise<readonly NodeAddress[]>;
  nodeAddressesByProviderID(
    providerID: string,
    options: NodeCallOptions,
  ): Promise<readonly NodeAddress[]>;
  /**
   * The cloud's id of the server, without `<provider>://`.
   *
   * @throws InstanceNotFoundError where the server is surely gone, never for a stopped one.
   * @throws NotImplementedError where the cloud has no such ids.
   */
  instanceID(nodeName: string, options: NodeCallOptions): Promise<string>;
  /** The server's type; `''` is "not provided". */
  instanceType(nodeName: string, options: NodeCallOptions): Promise<string>;
  instanceTypeByProviderID(providerID: string, options: NodeCallOptions): Promise<string>;
  /** Never called by the controllers. */
  addSSHKeyToAllInstances(user: string, key: string, options: NodeCallOptions): Promise<void>;
  /** Never called by the controllers. */
  currentNodeName(hostname: string, options: NodeCallOptions): Promise<string>;
  /** False only where the server is surely gone: its Node is then deleted. A stopped server exists. */
  instanceExistsByProviderID(providerID: string, options: NodeCallOptions): Promise<boolean>;
  /** @throws NotImplementedError where the cloud cannot tell; it then counts as running. */
  instanceShutdownByProviderID(providerID: string, options: NodeCallOptions): Promise<boolean>;
}

/** Where a server stands. An empty string is "not provided". */
export interface Zone {
  readonly failureDomain: string;
  readonly region: string;
}

/** Zones as upstream's older interface tells them. See contract.md#older-instances. */
export interface Zones {
  /** The zone of this process. Never called by the controllers. */
  getZone(options: NodeCallOptions): Promise<Zone>;
  getZoneByProviderID(providerID: string, options: NodeCallOptions): Promise<Zone>;
  getZoneByNodeName(nodeName: string, options: NodeCallOptions): Promise<Zone>;
}

/** Clusters as upstream's older interface tells them. Never called by the controllers. See contract.md#older-instances. */
export interface Clusters {
  listClusters(options: NodeCallOptions): Promise<readonly string[]>;
  /** The address of the cluster's control plane. */
  master(clusterName: string, options: NodeCallOptions): Promise<string>;
}
