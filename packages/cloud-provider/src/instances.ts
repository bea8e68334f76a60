import type { Node, NodeAddress } from './kubernetes-types.ts';

/** The kinds of `NodeAddress.type`. */
export type NodeAddressType =
  'Hostname' | 'InternalIP' | 'ExternalIP' | 'InternalDNS' | 'ExternalDNS';

/** What comes with every call about one Node. */
export interface NodeCallOptions {
  /** Aborts when the lease is lost or the process ends. */
  readonly signal: AbortSignal;
}

/**
 * What a cloud knows of the server behind a Node. An absent or empty field is "not provided":
 * nothing is written for it. Contract §1.3.
 */
export interface InstanceMetadata {
  /** `<provider>://<id>`; required unless the Node has one already. */
  readonly providerID?: string;
  readonly instanceType?: string;
  readonly nodeAddresses?: readonly NodeAddress[];
  readonly zone?: string;
  readonly region?: string;
  /** Labels put on the Node at initialisation; an existing label is kept. */
  readonly additionalLabels?: Readonly<Record<string, string>>;
}

/** The servers behind the Nodes (upstream's InstancesV2). Each call gets the whole Node. */
export interface Instances {
  /** False only where the server is surely gone: the Node may then be deleted. A stopped server exists. */
  exists(node: Node, options: NodeCallOptions): Promise<boolean>;
  /** True where the server exists and is stopped. */
  isShutdown(node: Node, options: NodeCallOptions): Promise<boolean>;
  /** What is written to the Node; `undefined` leaves the Node as it is. */
  metadata(node: Node, options: NodeCallOptions): Promise<InstanceMetadata | undefined>;
  /**
   * The server's addresses alone, where the cloud tells them with fewer calls than `metadata` needs.
   * The periodic address loop asks for them; see `readNodeAddresses` (contract §2.6, case 54).
   */
  addresses?(node: Node, options: NodeCallOptions): Promise<readonly NodeAddress[]>;
  /**
   * True where a Node may be initialised without a provider id, because the cloud knows servers by
   * name only. Default false: a Node without one waits (contract §2.3, cases 8 and 13).
   */
  readonly providerIDOptional?: boolean;
}

/**
 * What the cloud says of a Node's addresses now, with as few calls as the provider can do it;
 * `undefined` where the provider wants the Node left as it is.
 */
export async function readNodeAddresses(
  instances: Instances,
  node: Node,
  options: NodeCallOptions,
): Promise<readonly NodeAddress[] | undefined> {
  if (instances.addresses !== undefined) return instances.addresses(node, options);
  const metadata = await instances.metadata(node, options);
  return metadata?.nodeAddresses;
}
