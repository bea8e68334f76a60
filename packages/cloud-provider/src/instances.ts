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
 * nothing is written for it. See contract.md#instances.
 */
export interface InstanceMetadata {
  /** `<provider>://<id>`; required unless the Node has one already. */
  readonly providerID?: string;
  readonly instanceType?: string;
  readonly nodeAddresses?: readonly NodeAddress[];
  readonly zone?: string;
  readonly region?: string;
  /** Labels put on the Node at initialization; an existing label is kept. */
  readonly additionalLabels?: Readonly<Record<string, string>>;
}

/** What one look at the cloud says of the server behind a Node. */
export type InstanceState =
  /** It is there and not stopped; also where its status is not known here. */
  | 'running'
  /** It is there and stopped. */
  | 'stopped'
  /** Its ID is known, and the answer lacks it. That is evidence, and proof only together with more. */
  | 'absent'
  /**
   * Nothing is known of it: it was not asked for, the Node's provider ID belongs to another cloud, or the Node does not
   * name its server and none or several fit by name or address.
   */
  | 'unknown';

/** What one look at the cloud says of the servers behind several Nodes. */
export interface InstanceSurvey {
  /** When the oldest read of the look began, in epoch milliseconds by the manager's clock. */
  readonly startedAt: number;
  /** True where the cloud showed all it has of what was asked: only then is absence evidence. */
  readonly complete: boolean;
  /** By the Node's name. */
  readonly states: ReadonlyMap<string, InstanceState>;
  /**
   * Names of the Nodes whose absence comes from an answer that shows the server of no witness. A provider that needs
   * several answers for one survey must tell, since a witness proves nothing about another answer. Default: none, all
   * states come from one answer.
   */
  readonly unwitnessed?: ReadonlySet<string>;
}

/** Options of `Instances.survey`. */
export interface SurveyOptions extends NodeCallOptions {
  /**
   * Those of the Nodes whose servers should exist, and may show that an answer is no empty one for lack of permission. A
   * provider that needs several answers asks for them in each. Default none.
   */
  readonly witnesses?: readonly Node[];
}

/** The servers behind the Nodes (upstream's InstancesV2). Each call gets the whole Node. */
export interface Instances {
  /**
   * False only if the server is surely gone: the Node may then be deleted. A stopped server exists. A search by name or
   * address that finds nothing proves nothing: it must throw.
   */
  exists(node: Node, options: NodeCallOptions): Promise<boolean>;
  /** True where the server exists and is stopped. */
  isShutdown(node: Node, options: NodeCallOptions): Promise<boolean>;
  /** What is written to the Node; `undefined` leaves the Node as it is. */
  metadata(node: Node, options: NodeCallOptions): Promise<InstanceMetadata | undefined>;
  /**
   * The server's addresses alone, where the cloud tells them with fewer calls than `metadata` needs.
   * The periodic address loop asks for them; see `readNodeAddresses` (contract.md#node-addresses, contract.md#case-54).
   */
  addresses?(node: Node, options: NodeCallOptions): Promise<readonly NodeAddress[]>;
  /**
   * True where a Node may be initialized without a provider id, because the cloud knows servers by
   * name only. Default false: a Node without one waits (contract.md#node-metadata, contract.md#case-8, contract.md#case-13).
   */
  readonly providerIDOptional?: boolean;

  /**
   * One look at the servers of many Nodes, in as few calls as the cloud allows; never from an
   * answer whose read began before the call. Without it, nodes are looked at one by one by
   * `exists` and `isShutdown`, and no answer shows another Node's server beside the missing one.
   */
  survey?(nodes: readonly Node[], options: SurveyOptions): Promise<InstanceSurvey>;

  /**
   * Whether the cloud still answers for this account at all, by reading something of it that must
   * exist: what stands in for a living Node's server where the cluster has no Ready Node.
   * @throws where the cloud refuses or cannot be reached
   */
  confirmAccess?(options: NodeCallOptions): Promise<boolean>;
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
