import type { Clock, CloudClient, Random } from '@k8s-ccm/cloud-http';
import { CloudApiError, field } from '@k8s-ccm/cloud-http';
import { canonicalCidr } from '@k8s-ccm/foundation';
import * as t from 'io-ts';
import type { CallOptions } from '../call/call-options.ts';
import type { RetryWithVerification } from '../call/retry-with-verification.ts';
import { retryWithVerification } from '../call/retry-with-verification.ts';
import { maxPages, readUntilComplete } from '../list/read-until-complete.ts';
import { pageQuery } from '../rpc/rpc-assumed.ts';
import { rpcQuery } from '../rpc/rpc-query.ts';
import { rpcPageCodec } from '../rpc/rpc-wire.ts';
import { RouteCollector } from './route-collector.ts';
import { addedRouteCodec, readRoutes, routePageCodec } from './route-wire.ts';
import {
  addRouteQuery,
  changeMethod,
  deleteRouteQuery,
  maxRouteDescriptionLength,
  routeQuery,
  serverHopType,
  vpcFields,
  vpcQuery,
  vpcVersion,
} from './vpc-assumed.ts';
import { isRouteExists, isRouteNotFound } from './vpc-error-predicates.ts';
import type { Route, RouteList, RouteSpec, SkippedRoute, Vpc, VpcClient } from './vpc.ts';

const pageCodec = rpcPageCodec(vpcFields);

/** Options of {@link VpcApi}. */
export interface VpcApiOptions {
  /** Client that signs requests in the RPC style. */
  readonly client: CloudClient;
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** {@link VpcClient} over HTTP. See inspur-api.md#vpc. */
export class VpcApi implements VpcClient {
  readonly #client: CloudClient;
  readonly #url: string;
  readonly #retryWithVerification: RetryWithVerification;

  constructor(options: VpcApiOptions) {
    this.#client = options.client;
    this.#url = options.url;
    this.#retryWithVerification = retryWithVerification(options);
  }

  async listVpcs(
    { vpcId }: { readonly vpcId?: string } = {},
    options?: CallOptions,
  ): Promise<readonly Vpc[]> {
    const operation = 'ListVPCs';
    const vpcs = new Map<string, Vpc>();
    for (let page = 1; page <= maxPages; page += 1) {
      const query = rpcQuery(operation, vpcVersion, { ...vpcQuery(vpcId), ...pageQuery(page) });
      const answer = await this.#client.call(
        { operation, method: 'GET', url: this.#url, query, answer: pageCodec },
        options,
      );
      const before = vpcs.size;
      for (const vpc of answer.entries.flatMap(readVpc)) vpcs.set(vpc.vpcId, vpc);
      // Stop if a page contains nothing new, or if everything requested was found.
      const isComplete = answer.total !== undefined && vpcs.size >= answer.total;
      if (vpcs.size === before || isComplete || (vpcId !== undefined && vpcs.has(vpcId))) break;
    }
    const all = [...vpcs.values()];
    return vpcId === undefined ? all : all.filter((vpc) => vpc.vpcId === vpcId);
  }

  async listRoutes(
    { routeTableId }: { readonly routeTableId: string },
    options?: CallOptions,
  ): Promise<RouteList> {
    const operation = 'ListRoutes';
    const { last, complete, calls } = await readUntilComplete<RouteCollector>(async (previous) => {
      const collector = new RouteCollector(routeTableId, previous);
      for (let page = 1; page <= maxPages && !collector.hasEnded; page += 1) {
        const query = rpcQuery(operation, vpcVersion, {
          ...routeQuery(routeTableId),
          ...pageQuery(page),
        });
        const answer = await this.#client.call(
          { operation, method: 'GET', url: this.#url, query, answer: routePageCodec },
          options,
        );
        collector.add(readRoutes(answer));
      }
      return collector;
    });
    return { ...last.found(), complete, calls };
  }

  async addRoute(spec: RouteSpec, options?: CallOptions): Promise<Route> {
    const { description } = spec;
    if (description.length > maxRouteDescriptionLength) {
      throw new RangeError(
        `description: expected at most ${maxRouteDescriptionLength} characters, got ${description.length}`,
      );
    }
    const operation = 'AddRoute';
    const query = rpcQuery(operation, vpcVersion, addRouteQuery(spec));
    const request = {
      operation,
      method: changeMethod,
      url: this.#url,
      query,
      answer: addedRouteCodec,
      idempotent: false,
    } as const;
    return await this.#retryWithVerification<Route>({
      ...options,
      attempt: async () => {
        const routeId = await this.#client.call(request, options);
        return { ...spec, routeId, nextHopType: serverHopType };
      },
      verify: async (failed) => {
        const { complete, routes, skipped } = await this.listRoutes(spec, options);
        const present = routes.filter((route) => leadsTo(route, spec));
        const made = present.find((route) => isMadeAs(route, spec));
        if (made !== undefined) return made;
        // An unreadable entry may be the route, and if another route to the destination exists, a retry would create a
        // second one. In both cases, do not retry.
        const mayBeHidden = !complete || skipped.some((entry) => mayBe(entry, spec));
        if (mayBeHidden || present.length > 0) throw failed;
        return undefined;
      },
      mayHaveSucceeded: (error, number) => number > 1 && isRouteExists(error),
    });
  }

  async deleteRoute(routeId: string, options?: CallOptions): Promise<void> {
    const operation = 'DeleteRoute';
    const query = rpcQuery(operation, vpcVersion, deleteRouteQuery(routeId));
    try {
      await this.#client.call(
        {
          operation,
          method: changeMethod,
          url: this.#url,
          query,
          answer: t.unknown,
          // IDs are never reused.
          idempotent: true,
        },
        options,
      );
    } catch (error) {
      // An earlier attempt of the same call may have deleted the route.
      const retried = error instanceof CloudApiError && error.attempts > 1;
      if (!retried || !isRouteNotFound(error)) throw error;
    }
  }
}

function leadsTo({ destination }: { readonly destination: string }, spec: RouteSpec): boolean {
  return canonicalCidr(destination) === canonicalCidr(spec.destination);
}

function isMadeAs(route: Route, { description, nextHopId }: RouteSpec): boolean {
  return route.nextHopId === nextHopId && route.description === description;
}

function mayBe(entry: SkippedRoute, spec: RouteSpec): boolean {
  return entry.destination === '' || leadsTo(entry, spec);
}

/** Reads a VPC. An entry without an ID cannot be referenced and is ignored. */
function readVpc(entry: unknown): readonly Vpc[] {
  const vpcId = field(entry, 'vpcId');
  return vpcId === '' ? [] : [{ vpcId, vpcName: field(entry, 'vpcName') }];
}
