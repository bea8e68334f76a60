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

/** Whom to trust, beyond the system's roots. */
export interface InspurTls {
  /** Additional root certificates, PEM. */
  readonly ca?: string;
  /** Endpoints whose certificate is not verified. Default none. Warn your user: anybody on the way can read and change the calls. */
  readonly insecureSkipVerify?: readonly EndpointName[];
}

/** How to reach INSPUR Cloud. */
export interface InspurClientOptions {
  /** For example `cn-north-3`. */
  readonly region: string;
  readonly credentials: Credentials;
  /** Default: the region's public endpoints. */
  readonly endpoints?: Partial<InspurEndpoints>;
  readonly tls?: InspurTls;
  /** By which proxy to go to an endpoint, `http:` or `https:`, with `user:password@` where it wants that. Default: by none. */
  readonly proxyFor?: CloudClientOptions['proxyFor'];
  /** Milliseconds for one attempt. Default 20 000; a whole call takes at most three times that. */
  readonly timeoutMs?: number;
  /** What the account may ask at once. Default: one per account and process, with the three limits below; those of the newest client hold. */
  readonly budget?: Budget;
  /** Most calls in flight at once. Default 64. */
  readonly concurrency?: number;
  /** A fixed cap on calls per second. Default none; the budget adapts to 429s. */
  readonly callsPerSecond?: number;
  /** Calls that may go out at once under `callsPerSecond`. Default one second's worth. */
  readonly burst?: number;
  /** Asked right before the bytes of each attempt leave, of token requests too; where it throws nothing is sent. Must be quick. */
  readonly mayCall?: CloudClientOptions['mayCall'];
  readonly clock?: Clock;
  readonly random?: Random;
  /** Carries all requests, in place of connections of the client's own; not closed with the client. `tls` and `proxyFor` then have no effect. */
  readonly dispatcher?: Dispatcher;
  /** Called after each attempt and each call, for metrics. Must not throw. */
  readonly onCall?: (call: CloudCall) => void;
  /** Default `inspur-sdk`. */
  readonly userAgent?: string;
  /** What each request is sent on behalf of, as header `X-Request-Id`. Default: the header is not sent. */
  readonly correlationId?: () => string | undefined;
}

/**
 * A client of INSPUR Cloud's APIs.
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
  /** What the account may still ask. */
  readonly budget: Pick<Budget, 'available' | 'callsPerSecond'>;
  readonly #clients: readonly CloudClient[];

  /** Throws RangeError where an endpoint is not an `http:` or `https:` address without a query. */
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
    // Outside the budget: a call that holds its turn waits for the token.
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

  /** Ends calls in flight and closes the client's connections. */
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
