import type {
  EndpointSlice,
  Event,
  KubernetesObject,
  Lease,
  Logger,
  Node,
  Service,
} from '@k8s-ccm/cloud-provider';
import type { Dispatcher } from 'undici';
import type { ApiIdentity } from './transport/api-identity.ts';
import type { ApiRequest } from './transport/api-request.ts';
import type { ApiServerConfig } from './transport/api-server-config.ts';
import { ApiTransport } from './transport/api-transport.ts';
import type { CallGate } from './transport/call-gate.ts';
import type { Clock } from '../time/clock.ts';
import type { MetricsRegistry } from '../metrics/metrics.ts';
import type { Random } from '../time/random.ts';
import type { ResourceClient } from './resource-client.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { restClientMetrics } from './transport/rest-client-metrics.ts';
import { RestResourceClient, type RequestSender } from './rest-resource-client.ts';
import { tokenBucket, type TokenBucket } from '../time/token-bucket.ts';

/** How fast a client may send. */
export interface ClientRate {
  /** Requests per second on average; 0 or less means no limit. Default 20, as upstream's manager. */
  readonly qps?: number | undefined;
  /** Requests at once before `qps` counts. Default 30. */
  readonly burst?: number | undefined;
}

/** What may differ between clients that share connections. */
export interface ClientLimits extends ClientRate {
  /**
   * Asked right before the bytes of each request leave, watches included; where it throws nothing is sent, and the
   * request fails with that. For what only a leader may do. Must be quick. Default: every request may go.
   */
  readonly mayCall?: CallGate | undefined;
}

/** Options of {@link KubeClient}. */
export interface KubeClientOptions extends ClientLimits {
  readonly config: ApiServerConfig;
  /** Sent as `User-Agent`. */
  readonly userAgent: string;
  /** Limit of one attempt of a call, in milliseconds. Default 30 s. Watches have their own limits. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
  /** Connections for calls at once. Default 16. */
  readonly connections?: number;
  /** Replaces the client's own connection pools, e.g. in tests. Stays open when the client is closed. */
  readonly dispatcher?: Dispatcher;
}

/**
 * A client of one API server.
 *
 * @example
 * const client = KubeClient.create({ config: await loadKubeConfig({ kubeconfig, … }), userAgent: 'ccm/1.0', clock, random, log });
 * const node = await client.nodes.get({ name: 'worker-1' });
 */
export class KubeClient implements AsyncDisposable {
  readonly nodes: ResourceClient<Node>;
  readonly services: ResourceClient<Service>;
  readonly events: ResourceClient<Event>;
  readonly leases: ResourceClient<Lease>;
  readonly endpointSlices: ResourceClient<EndpointSlice>;
  readonly #transport: ApiTransport;
  readonly #identity: ApiIdentity;
  readonly #limits: ClientLimits;
  readonly #clock: Clock;
  readonly #isOwner: boolean;

  private constructor(
    transport: ApiTransport,
    userAgent: string,
    limits: ClientLimits,
    clock: Clock,
    isOwner: boolean,
  ) {
    this.#transport = transport;
    const { qps, burst, mayCall } = limits;
    this.#limits = { qps, burst, mayCall };
    this.#clock = clock;
    this.#isOwner = isOwner;
    this.#identity = { userAgent, bucket: bucketFrom(limits, clock), mayCall };
    this.nodes = this.resource({ group: '', version: 'v1', plural: 'nodes', namespaced: false });
    this.services = this.resource({
      group: '',
      version: 'v1',
      plural: 'services',
      namespaced: true,
    });
    this.events = this.resource({ group: '', version: 'v1', plural: 'events', namespaced: true });
    this.leases = this.resource({
      group: 'coordination.k8s.io',
      version: 'v1',
      plural: 'leases',
      namespaced: true,
    });
    this.endpointSlices = this.resource({
      group: 'discovery.k8s.io',
      version: 'v1',
      plural: 'endpointslices',
      namespaced: true,
    });
  }

  /** Makes a client; it connects at the first request. */
  static create(options: KubeClientOptions): KubeClient {
    const transport = new ApiTransport({
      config: options.config,
      timeoutMs: options.timeoutMs ?? 30_000,
      clock: options.clock,
      random: options.random,
      log: options.log,
      metrics: options.metrics && restClientMetrics(options.metrics),
      connections: options.connections,
      dispatcher: options.dispatcher,
    });
    return new KubeClient(transport, options.userAgent, options, options.clock, true);
  }

  /** Client for one kind, e.g. `{ group: 'apps', version: 'v1', plural: 'daemonsets', namespaced: true }`. */
  resource<T extends KubernetesObject>(definition: ResourceDefinition): ResourceClient<T> {
    const sender: RequestSender = {
      call: async (request) => await this.request(request),
      stream: (request, idleTimeoutMs) =>
        this.#transport.stream(request, this.#identity, idleTimeoutMs),
    };
    return new RestResourceClient<T>(definition, sender);
  }

  /** Any request, e.g. `{ method: 'GET', path: '/healthz' }`. Returns the body's text; throws as `ResourceClient` does. */
  async request(request: ApiRequest): Promise<string> {
    return await this.#transport.call(request, this.#identity);
  }

  /**
   * A client that names itself `<userAgent>/<suffix>` and has its own token bucket, over the same connections
   * (contract.md#client-identities: one per controller). The limits are this client's unless given.
   */
  forUserAgent(suffix: string, limits: ClientLimits = {}): KubeClient {
    return new KubeClient(
      this.#transport,
      `${this.#identity.userAgent}/${suffix}`,
      { ...this.#limits, ...limits },
      this.#clock,
      false,
    );
  }

  /** Closes the connections: calls may finish, watches end. Does nothing on a client from {@link forUserAgent}. */
  async close(): Promise<void> {
    if (this.#isOwner) await this.#transport.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function bucketFrom({ qps = 20, burst = 30 }: ClientRate, clock: Clock): TokenBucket | undefined {
  return qps <= 0 ? undefined : tokenBucket({ qps, burst: Math.max(1, burst), clock });
}
