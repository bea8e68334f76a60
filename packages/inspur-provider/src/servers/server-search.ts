import type { Server } from '@k8s-ccm/inspur-sdk';
import type { AskOptions, InstanceDirectory } from '@k8s-ccm/provider-kit';

import { describeAmbiguity, describeMismatch, matchServers } from './server-match.ts';
import type { SoughtServer } from './server-match.ts';

/** The result of `searchServer`. */
export type ServerSearch = {
  /** When the read began, in epoch milliseconds. */
  readonly startedAt: number;
} & (
  | { readonly kind: 'found'; readonly server: Server }
  /** More than one server fits. */
  | { readonly kind: 'several'; readonly servers: readonly Server[]; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string }
  /** No server fits, and the answer does not show all servers. */
  | { readonly kind: 'unknown'; readonly isComplete: boolean; readonly reason: string }
);

/** The part of a directory that a search needs. */
export type SearchableServers = Pick<InstanceDirectory<Server>, 'search'>;

/**
 * Looks for the server of a Node that does not name it. Each `reason` is a clause for an event about the Node.
 *
 * @throws InstanceCallError if the call failed
 */
export async function searchServer(
  directory: SearchableServers,
  sought: SoughtServer,
  options: AskOptions,
): Promise<ServerSearch> {
  const { items, snapshot } = await directory.search((all) => matchServers(all, sought), options);
  const { complete, startedAt, unreadable } = snapshot;
  const [server, ...others] = items;
  if (others.length > 0) {
    return { kind: 'several', startedAt, servers: items, reason: describeAmbiguity(items) };
  }
  if (server !== undefined) return { kind: 'found', startedAt, server };
  if (complete && unreadable.size === 0) {
    return { kind: 'none', startedAt, reason: describeMismatch(snapshot, sought) };
  }
  return { kind: 'unknown', startedAt, isComplete: complete, reason: describeDoubt(complete) };
}

/** A clause that says why an answer does not tell whether a server exists. */
export function describeDoubt(isComplete: boolean): string {
  return isComplete
    ? 'an entry of the list of servers cannot be read'
    : 'the pages of the list of servers do not add up';
}
