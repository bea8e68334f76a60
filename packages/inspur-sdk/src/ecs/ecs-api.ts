import type { CloudClient } from '@k8s-ccm/cloud-http';
import { CloudApiError, CloudDecodeError } from '@k8s-ccm/cloud-http';
import type { CallOptions } from '../call/call-options.ts';
import { chunksOfIds } from '../call/url-chunks.ts';
import { maxPages, readUntilComplete } from '../list/read-until-complete.ts';
import { pageQuery, rpcPageSize } from '../rpc/rpc-assumed.ts';
import { rpcQuery } from '../rpc/rpc-query.ts';
import { detailQuery, ecsVersion, serverQuery } from './ecs-assumed.ts';
import { EcsErrorCode } from './ecs-error-code.ts';
import { readServers, serverPageCodec } from './ecs-wire.ts';
import type { EcsClient, Server, ServerFilter, ServerList, ServerPage } from './ecs.ts';
import { ServerCollector } from './server-collector.ts';
import { listServersInChunks } from './servers-in-chunks.ts';

/** Maximum number of pages read concurrently. */
const maxConcurrentPages = 8;

/** {@link EcsClient} over HTTP. See inspur-api.md#ecs. */
export class EcsApi implements EcsClient {
  readonly #client: CloudClient;
  readonly #url: string;

  /** @param options `client` must sign requests in the RPC style */
  constructor(options: { readonly client: CloudClient; readonly url: string }) {
    this.#client = options.client;
    this.#url = options.url;
  }

  async listServers(filter: ServerFilter = {}, options: CallOptions = {}): Promise<ServerList> {
    const { serverIds } = filter;
    if (serverIds === undefined) return await this.#list(filter, options);
    const chunks = this.#chunksOf(filter, serverIds);
    if (chunks.length === 1) return await this.#list(filter, options);
    return await listServersInChunks(
      chunks,
      async (ids) => await this.#list({ ...filter, serverIds: ids }, options),
    );
  }

  async *serverPages(
    filter: ServerFilter = {},
    options: CallOptions = {},
  ): AsyncGenerator<ServerPage> {
    const { serverIds } = filter;
    const filters =
      serverIds === undefined
        ? [filter]
        : this.#chunksOf(filter, serverIds).map((ids) => ({ ...filter, serverIds: ids }));
    for (const each of filters) {
      const collector = new ServerCollector(each);
      for await (const page of this.#pages(each, collector, options)) {
        collector.add(page);
        yield page;
      }
    }
  }

  async showServer(serverId: string, options?: CallOptions): Promise<Server> {
    const operation = 'ShowServersDetailed';
    const page = await this.#read(operation, detailQuery(serverId), options);
    const server = page.servers.find((candidate) => candidate.serverId === serverId);
    if (server !== undefined) return server;
    const common = { operation, method: 'GET', url: this.#url, attempts: 1, status: 200 };
    const { servers, skipped } = page;
    const unreadable = skipped.find((entry) => [serverId, ''].includes(entry.serverId));
    if (unreadable !== undefined || servers.length > 0) {
      const reason = unreadable?.reason ?? 'the response describes another server';
      throw new CloudDecodeError(`${operation}: server ${serverId} cannot be read: ${reason}`, {
        ...common,
        outcome: 'unknown',
        retryable: false,
        problem: 'wrong-type',
        issues: [reason],
      });
    }
    throw new CloudApiError(`${operation}: server ${serverId} does not exist`, {
      ...common,
      outcome: 'refused',
      retryable: false,
      apiCode: EcsErrorCode.DetailEmpty,
      requestId: '',
      bodyKind: 'json',
    });
  }

  async #list(filter: ServerFilter, options: CallOptions): Promise<ServerList> {
    const { last, complete, calls } = await readUntilComplete<ServerCollector>(async (previous) => {
      const collector = new ServerCollector(filter, previous);
      for await (const page of this.#pages(filter, collector, options)) collector.add(page);
      return collector;
    });
    return { ...last.found(), complete, calls };
  }

  /** Splits IDs into chunks that fit one call each. If there are several chunks, each has room for one more ID. */
  #chunksOf(filter: ServerFilter, ids: readonly string[]): readonly (readonly string[])[] {
    checkIds(ids);
    const requestFor = (serverIds: readonly string[]) => ({
      url: this.#url,
      query: rpcQuery('ListServers', ecsVersion, {
        ...serverQuery({ ...filter, serverIds }),
        ...pageQuery(maxPages),
      }),
    });
    const chunks = chunksOfIds(ids, rpcPageSize, requestFor);
    if (chunks.length < 2) return chunks;
    const longest = ids.reduce((one, other) => (other.length > one.length ? other : one));
    return chunksOfIds(ids, rpcPageSize - 1, (some) => requestFor([longest, ...some]));
  }

  /**
   * Yields pages in order until `collector` has ended. When the first page has reported the number of pages, the others
   * are read concurrently.
   */
  async *#pages(
    filter: ServerFilter,
    collector: ServerCollector,
    options: CallOptions,
  ): AsyncGenerator<ServerPage> {
    let next = 1;
    while (!collector.hasEnded && next <= maxPages) {
      const ahead = Math.min(collector.expectedPages, maxPages) - next + 1;
      const count = Math.max(1, Math.min(ahead, maxConcurrentPages));
      const first = next;
      const pages = await Promise.all(
        Array.from({ length: count }, (_, index) =>
          this.#read(
            'ListServers',
            { ...serverQuery(filter), ...pageQuery(first + index) },
            options,
          ),
        ),
      );
      next += count;
      for (const page of pages) {
        if (!collector.hasEnded) yield page;
      }
    }
  }

  async #read(
    operation: string,
    parameters: Readonly<Record<string, string>>,
    options: CallOptions | undefined,
  ): Promise<ServerPage> {
    const query = rpcQuery(operation, ecsVersion, parameters);
    const page = await this.#client.call(
      { operation, method: 'GET', url: this.#url, query, answer: serverPageCodec },
      options,
    );
    return readServers(page);
  }
}

function checkIds(serverIds: readonly string[]): void {
  const bad = serverIds.find((id) => id === '' || id.includes(','));
  if (bad !== undefined) {
    throw new RangeError(`serverIds: expected IDs without commas, got ${JSON.stringify(bad)}`);
  }
}
