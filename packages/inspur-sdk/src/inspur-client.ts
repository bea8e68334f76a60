import type {
  Budget,
  BudgetLimits,
  CloudCall,
  CloudClientOptions,
  Clock,
  Random,
} from '@k8s-ccm/cloud-http';
import { CloudClient, systemClock, systemRandom } from '@k8s-ccm/cloud-http';
import type { Dispatcher } from 'undici';
import type { Credentials } from './auth/credentials.ts';
import { oauthDialect } from './auth/keycloak-credentials.ts';
import { EcsApi } from './ecs/ecs-api.ts';
import type { EcsClient } from './ecs/ecs.ts';
import type { EndpointName, InspurEndpoints } from './endpoints.ts';
import { defaultEndpoints, endpointUrl } from './endpoints.ts';
import { rpcDialect } from './rpc/rpc-assumed.ts';
import { rpcSigner } from './rpc/rpc-signer.ts';
import { sharedBudget } from './shared-budgets.ts';
import { SlbApi } from './slb/slb-api.ts';
import { slbDialect } from './slb/slb-assumed.ts';
import type { SlbClient } from './slb/slb.ts';
import { VpcApi } from './vpc/vpc-api.ts';
import type { VpcClient } from './vpc/vpc.ts';

/** Verification of server certificates. */
export interface InspurTls {
  /** Root certificates in PEM format, in addition to those of the system. */
  readonly ca?: string;
  /**
   * Endpoints whose certificates are not verified. Default: none. If you set it, warn the user: anyone on the network
   * path can read and change the calls.
   */
  readonly insecureSkipVerify?: readonly EndpointName[];
}

/** Options of {@link InspurClient}. */
export interface InspurClientOptions {
  /** Region, for example `cn-north-3`. */
  readonly region: string;
  readonly credentials: Credentials;
  /** Default: the public endpoints of the region. */
  readonly endpoints?: Partial<InspurEndpoints>;
  readonly tls?: InspurTls;
  /**
   * Returns the proxy for an endpoint, `http:` or `https:`, with `user:password@` if the proxy requires it. Default: no
   * proxy.
   */
  readonly proxyFor?: CloudClientOptions['proxyFor'];
  /** Timeout of one attempt in milliseconds. Default 20 000. The timeout of a whole call is three times that. */
  readonly timeoutMs?: number;
  /**
   * Budget for the calls of the account. Default: one per account and process, with the three limits below. The limits
   * of the newest client apply.
   */
  readonly budget?: Budget;
  /** Maximum number of calls in flight. Default 64. */
  readonly concurrency?: number;
  /** Fixed limit on calls per second. Default: no limit; the budget adapts to 429 responses. */
  readonly callsPerSecond?: number;
  /** Number of calls that `callsPerSecond` allows at once. Default: the calls of one second. */
  readonly burst?: number;
  /**
   * Called immediately before each attempt is sent, including token requests. If it throws, nothing is sent. Must
   * return quickly.
   */
  readonly mayCall?: CloudClientOptions['mayCall'];
  readonly clock?: Clock;
  readonly random?: Random;
  /**
   * Dispatcher that carries all requests. Replaces the client's own connections and is not closed with the client. If
   * it is set, `tls` and `proxyFor` have no effect.
   */
  readonly dispatcher?: Dispatcher;
  /** Called after each attempt and each call, for metrics. Must not throw. */
  readonly onCall?: (call: CloudCall) => void;
  /** Value of the `User-Agent` header. Default `inspur-sdk`. */
  readonly userAgent?: string;
  /**
   * Returns the value of the `X-Request-Id` header: the ID of the operation that caused the request. Default: the
   * header is not sent.
   */
  readonly correlationId?: () => string | undefined;
}

/**
 * Client for the APIs of INSPUR Cloud.
 *
 * ```ts
 * await using client = new InspurClient({ region: 'cn-north-3', credentials: tokenCredentials({ token }) });
 * for (const listener of await client.slb.listListeners('slb-1')) console.log(listener.port);
 * ```
 */
export class InspurClient {
  /** Server Load Balancer. */
  readonly slb: SlbClient;
  /** Elastic Cloud Server. */
  readonly ecs: EcsClient;
  /** Virtual Private Cloud. */
  readonly vpc: VpcClient;
  /** Remaining capacity of the account. */
  readonly budget: Pick<Budget, 'available' | 'callsPerSecond'>;
  readonly #clients: readonly CloudClient[];

  /** @throws RangeError if an endpoint is not an `http:` or `https:` URL, or has a query */
  constructor(options: InspurClientOptions) {
    const { clock = systemClock, credentials, random = systemRandom, tls = {} } = options;
    const endpoints = { ...defaultEndpoints(options.region), ...options.endpoints };
    const connect = (endpoint: EndpointName, more: CloudClientOptions): CloudClient =>
      new CloudClient({
        clock,
        random,
        userAgent: options.userAgent ?? 'inspur-sdk',
        tls: {
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          insecureSkipVerify: tls.insecureSkipVerify?.includes(endpoint) ?? false,
        },
        ...(options.timeoutMs === undefined ? {} : { attemptTimeoutMs: options.timeoutMs }),
        ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
        ...(options.proxyFor === undefined ? {} : { proxyFor: options.proxyFor }),
        ...(options.mayCall === undefined ? {} : { mayCall: options.mayCall }),
        ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
        ...(options.correlationId === undefined ? {} : { correlationId: options.correlationId }),
        ...more,
      });
    // Not in the budget: a call that holds a permit waits for the token.
    const tokens = connect('keycloak', { dialect: oauthDialect });
    const signer = credentials.signer({ client: tokens, clock, random });
    const budget = options.budget ?? sharedBudget(credentials.account, clock, limitsOf(options));
    this.budget = budget;
    const slb = connect('slb', { signer, budget, dialect: slbDialect });
    this.slb = new SlbApi({ client: slb, url: endpointUrl('slb', endpoints.slb), clock, random });
    const rpc = { signer: rpcSigner(signer), budget, dialect: rpcDialect };
    const ecs = connect('ecs', rpc);
    this.ecs = new EcsApi({ client: ecs, url: endpointUrl('ecs', endpoints.ecs) });
    const vpc = connect('vpc', rpc);
    this.vpc = new VpcApi({ client: vpc, url: endpointUrl('vpc', endpoints.vpc), clock, random });
    this.#clients = [slb, ecs, vpc, tokens];
  }

  /** Aborts calls in flight and closes the client's connections. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function limitsOf(options: InspurClientOptions): BudgetLimits {
  const { burst, callsPerSecond, concurrency } = options;
  return {
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(callsPerSecond === undefined ? {} : { callsPerSecond }),
    ...(burst === undefined ? {} : { burst }),
  };
}
