import type { Budget, CloudCall, Clock, Random } from '@k8s-ccm/cloud-http';
import type { Dispatcher } from 'undici';
import type { Credentials } from './credentials.ts';
import type { EndpointName, InspurEndpoints } from './endpoints.ts';
import type { SlbClient } from './slb.ts';

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
  /** Milliseconds for one attempt. Default 20 000; a whole call takes at most three times that. */
  readonly timeoutMs?: number;
  /** What the account may ask at once. Default: one per account and process, made of the three options below. */
  readonly budget?: Budget;
  /** Most calls in flight at once. Default 64. */
  readonly concurrency?: number;
  /** A fixed cap on calls per second. Default none; the budget adapts to 429s. */
  readonly callsPerSecond?: number;
  /** Calls that may go out at once under `callsPerSecond`. Default one second's worth. */
  readonly burst?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Carries all requests, in place of connections of the client's own; not closed with the client. `tls` then has no effect. */
  readonly dispatcher?: Dispatcher;
  /** Called after each attempt and each call, for metrics. Must not throw. */
  readonly onCall?: (call: CloudCall) => void;
  /** Default `inspur-sdk`. */
  readonly userAgent?: string;
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
  declare readonly slb: SlbClient;

  /** Throws RangeError where an endpoint is not an `http:` or `https:` address without a query. */
  constructor(options: InspurClientOptions) {
    throw new Error(`not yet for ${options.region}`);
  }

  /** Ends calls in flight and closes the client's connections. */
  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
