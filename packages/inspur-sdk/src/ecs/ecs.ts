import type { CallOptions } from '../call/call-options.ts';

/**
 * An elastic cloud server, as the cloud describes it. Fields that the cloud omits are empty. Field names are assumed.
 * See inspur-api.md#ecs.
 */
export interface Server {
  readonly serverId: string;
  readonly serverName: string;
  readonly hostName: string;
  /**
   * State of the server: one of about twenty values, such as `build`, `active`, `stopped`, `shutoff`, `reboot`,
   * `resize`, `deleted`, `expired`, or `error`. Unknown values are passed through.
   */
  readonly status: string;
  readonly flavorName: string;
  readonly regionId: string;
  readonly availabilityZone: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** Private IPv4 addresses, the primary address first. */
  readonly privateIps: readonly string[];
  /** Public IP address. */
  readonly eipAddress: string;
  readonly ipv6Addresses: readonly string[];
}

/** An entry of a response that cannot be read. */
export interface SkippedServer {
  /** Empty if the ID cannot be read. */
  readonly serverId: string;
  /** Reason in one line, for example `server.privateIps: expected addresses, got "10.0.0.1"`. */
  readonly reason: string;
}

/** Result of {@link EcsClient.listServers}. */
export interface ServerList {
  /** Each server once. */
  readonly servers: readonly Server[];
  /** Entries that cannot be read. The servers exist, but nothing else is known about them. */
  readonly skipped: readonly SkippedServer[];
  /** Whether the list is proven to be complete. If false, a server that is not in the list may exist. */
  readonly complete: boolean;
  /** Number of pages read in all passes. */
  readonly calls: number;
}

/** Filter for servers. Default: all servers of the account and region. */
export interface ServerFilter {
  /**
   * Lists only servers with these IDs, in as many calls as needed. If empty, the result is empty and no call is made.
   */
  readonly serverIds?: readonly string[];
  /** Lists only servers with exactly this name. */
  readonly name?: string;
}

/**
 * Client for the Elastic Cloud Server API. Every method throws a `CloudError` if the call fails, and the reason of
 * `signal` if it aborts. See inspur-api.md#ecs.
 */
export interface EcsClient {
  /**
   * Lists servers from all pages. If the pages report no consistent total, they are read again until two passes find
   * the same servers.
   *
   * @throws RangeError if an ID is empty or contains a comma
   */
  listServers(filter?: ServerFilter, options?: CallOptions): Promise<ServerList>;
  /**
   * Yields the pages of {@link EcsClient.listServers} as they arrive. Ends if a page contains nothing new. Entries are
   * passed through, including duplicates.
   */
  serverPages(filter?: ServerFilter, options?: CallOptions): AsyncIterable<ServerPage>;
  /**
   * Gets the details of a server. Throws a `CloudApiError` with the code `101.001010` if the account cannot see the
   * server.
   */
  showServer(serverId: string, options?: CallOptions): Promise<Server>;
}

/** One page of servers. */
export interface ServerPage {
  readonly servers: readonly Server[];
  readonly skipped: readonly SkippedServer[];
  /** Total number of servers; `undefined` if the cloud omits it. */
  readonly total: number | undefined;
}
