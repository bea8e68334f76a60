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

/** The rate at which a client may send requests. */
export interface ClientRate {
  /** Average number of requests per second. 0 or less means no limit. Default: 20, as in upstream's manager. */
  readonly qps?: number | undefined;
  /** Number of requests that may be sent at once before `qps` applies. Default: 30. */
  readonly burst?: number | undefined;
}

/** Settings that may differ between clients that share connections. */
export interface ClientLimits extends ClientRate {
  /**
   * Called right before the bytes of each request, watches included, are sent. If it throws, nothing is sent and the
   * request fails with that error. Use it for requests that only a leader may make. Must be fast. Default: every
   * request is sent.
   */
  readonly mayCall?: CallGate | undefined;
}

/** Options of {@link KubeClient}. */
export interface KubeClientOptions extends ClientLimits {
  readonly config: ApiServerConfig;
  /** Value of the `User-Agent` header. */
  readonly userAgent: string;
  /** Timeout of one attempt of a call, in milliseconds. Default: 30 s. Watches have their own timeouts. */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
  /** Maximum number of connections for calls. Default: 16. */
  readonly connections?: number;
  /** Replaces the client's own connection pools, for example in tests. Stays open when the client is closed. */
  readonly dispatcher?: Dispatcher;
}

/**
 * A client for one API server.
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

  /** Creates a client. It connects when it sends the first request. */
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

  /**
   * Returns a client for one kind, for example `{ group: 'apps', version: 'v1', plural: 'daemonsets', namespaced: true
   * }`.
   */
  resource<T extends KubernetesObject>(definition: ResourceDefinition): ResourceClient<T> {
    const sender: RequestSender = {
      call: async (request) => await this.request(request),
      stream: (request, idleTimeoutMs) =>
        this.#transport.stream(request, this.#identity, idleTimeoutMs),
    };
    return new RestResourceClient<T>(definition, sender);
  }

  /**
   * Sends any request, for example `{ method: 'GET', path: '/healthz' }`. Returns the text of the body. Throws the same
   * errors as `ResourceClient`.
   */
  async request(request: ApiRequest): Promise<string> {
    return await this.#transport.call(request, this.#identity);
  }

  /**
   * Returns a client that identifies itself as `<userAgent>/<suffix>` and has its own token bucket, over the same
   * connections (contract.md#client-identities: one per controller). Its limits default to those of this client.
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

  /** Closes the connections: calls in flight may finish, watches end. Does nothing on a client from {@link forUserAgent}. */
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
