import type { CallOptions } from '../call/call-options.ts';

/** An elastic cloud server, as the cloud describes it. Strings are empty where the cloud gives none. See inspur-api.md#ecs; names of fields assumed. */
export interface Server {
  readonly serverId: string;
  readonly serverName: string;
  readonly hostName: string;
  /**
   * As the cloud writes it: some twenty values, among them `build`, `active`, `stopped`, `shutoff`, `reboot`, `resize`,
   * `deleted`, `expired`, `error`. One that is not known comes as it is.
   */
  readonly status: string;
  readonly flavorName: string;
  readonly regionId: string;
  readonly availabilityZone: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** Private IPv4 addresses, the main one first. */
  readonly privateIps: readonly string[];
  /** The public address. */
  readonly eipAddress: string;
  readonly ipv6Addresses: readonly string[];
}

/** An entry of an answer that cannot be read. */
export interface SkippedServer {
  /** Empty where not even that can be read. */
  readonly serverId: string;
  /** One line, such as `server.privateIps: expected addresses, got "10.0.0.1"`. */
  readonly reason: string;
}

/** What the cloud shows of the servers that were asked for. */
export interface ServerList {
  /** Each server once. */
  readonly servers: readonly Server[];
  /** Entries that cannot be read: nothing is known of these servers but that the cloud shows them. */
  readonly skipped: readonly SkippedServer[];
  /** Whether it is proven that nothing is missing. If false, what is not in the list may exist. */
  readonly complete: boolean;
  /** Pages that were read, in all passes. */
  readonly calls: number;
}

/** Which servers to list. Default: all of the account and region. */
export interface ServerFilter {
  /** Just these, in as many calls as their number and length need. None: an empty list, without a call. */
  readonly serverIds?: readonly string[];
  /** Those with exactly this name. */
  readonly name?: string;
}

/**
 * Elastic Cloud Server. Every method throws a `CloudError` where the call failed, and the reason of `signal` where
 * that aborts. See inspur-api.md#ecs.
 */
export interface EcsClient {
  /**
   * Lists servers, all pages. If the pages say no steady total, they are read again until two passes find the same.
   *
   * @throws RangeError for an id that is empty or holds a comma
   */
  listServers(filter?: ServerFilter, options?: CallOptions): Promise<ServerList>;
  /** The pages of {@link EcsClient.listServers} as they come; ends where a page brings nothing new. Entries are as the cloud sent them, also twice. */
  serverPages(filter?: ServerFilter, options?: CallOptions): AsyncIterable<ServerPage>;
  /** One server in detail. Throws `CloudApiError` with code `101.001010` where the account shows no such server. */
  showServer(serverId: string, options?: CallOptions): Promise<Server>;
}

/** One page of servers. */
export interface ServerPage {
  readonly servers: readonly Server[];
  readonly skipped: readonly SkippedServer[];
  /** How many there are on all pages; `undefined` where the cloud does not say. */
  readonly total: number | undefined;
}
