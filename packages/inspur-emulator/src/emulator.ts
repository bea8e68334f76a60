import type { AddressInfo } from 'node:net';
import type { Account } from './auth/account.ts';
import { defaultAccount } from './auth/account.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Call } from './cloud/call-log.ts';
import { Cloud } from './cloud/cloud.ts';
import { ControlSurface } from './control/control-surface.ts';
import type { Controls } from './control/controls.ts';
import { CloudControls } from './control/controls.ts';
import type { Latency } from './faults/latency.ts';
import type { Limits } from './faults/limits.ts';
import { seededRandom } from './faults/random.ts';
import { createHttpServer } from './http-server.ts';
import type { MemberRules } from './slb/member-rules.ts';
import type { CloudSeed } from './state/wire.ts';

/** Options of {@link startEmulator}. */
export interface EmulatorOptions {
  /** Port to listen on. Default 0: a free port. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Region in the paths of the services. Default `cn-north-3`. */
  readonly region?: string;
  /** Initial state of the cloud. Default: empty. */
  readonly seed?: CloudSeed;
  /**
   * Accounts of the cloud. The first account provides {@link Emulator.credentials} and owns objects of a seed that name
   * no owner. Default: one account.
   */
  readonly accounts?: readonly [Account, ...Account[]];
  /** Latency of responses. Default: none. */
  readonly latency?: Partial<Latency>;
  /** Lifetime of issued tokens in seconds. Default 300. */
  readonly tokenLifetimeSeconds?: number;
  /** Maximum deviation of `Date`, `x-time`, and `Timestamp` from the clock in milliseconds. Default: 15 minutes. */
  readonly clockToleranceMs?: number;
  /** Time that a new load balancer remains in the state `creating`, in milliseconds. Default 0. */
  readonly slbCreateMs?: number;
  /** Time that a deleted load balancer remains visible in the state `deleting`, in milliseconds. Default 0. */
  readonly slbDeleteMs?: number;
  /** Limits on calls and URLs. Default: unlimited calls, URLs of 8 KiB. */
  readonly limits?: Partial<Limits>;
  /** Rules for the members of listeners. Default: none. */
  readonly memberRules?: Partial<MemberRules>;
  /** Seed of the random number generator. Default 1. */
  readonly randomSeed?: number;
  /** Default: the system clock. */
  readonly clock?: Clock;
}

/** Credentials that an emulator accepts, with the URL of the token exchange. */
export interface EmulatorCredentials {
  readonly keycloak: {
    readonly url: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly requestedSubject: string;
  };
  readonly accessKey: { readonly id: string; readonly secret: string };
  readonly token: string;
  /** User ID of the account. */
  readonly userId: string;
}

/** A running emulator. */
export interface Emulator extends Controls, AsyncDisposable {
  /** URL of the form `http://host:port`, without a trailing slash. */
  readonly url: string;
  /** Base URL `{slbs}` of the SLB API. */
  readonly slbUrl: string;
  readonly ecsUrl: string;
  readonly vpcUrl: string;
  readonly eipUrl: string;
  readonly region: string;
  readonly credentials: EmulatorCredentials;
  /**
   * Calls `listener` after the operation of each call and before its response is sent, so that a test sees every state
   * of the cloud. Returns a function that unsubscribes. `listener` must not throw.
   */
  onCall(listener: (call: Call) => void): () => void;
  /** Stops listening and closes all connections. Aborts calls in progress. Further calls have no effect. */
  close(): Promise<void>;
}

/**
 * Starts an emulated INSPUR Cloud on one port.
 * @throws ControlInputError if the seed is invalid, or a system error if the port is not available
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, region = 'cn-north-3', clock = systemClock } = options;
  const accounts = options.accounts ?? [defaultAccount];
  const cloud = new Cloud({
    region,
    accounts,
    now: () => clock.now(),
    random: seededRandom(options.randomSeed ?? 1),
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 300,
    clockToleranceMs: options.clockToleranceMs ?? 900_000,
    slbCreateMs: options.slbCreateMs ?? 0,
    slbDeleteMs: options.slbDeleteMs ?? 0,
  });
  const controls = new CloudControls(cloud);
  controls.replaceState(options.seed ?? {});
  controls.setLatency(options.latency ?? {});
  controls.setLimits(options.limits ?? {});
  controls.setMemberRules(options.memberRules ?? {});
  const server = createHttpServer(cloud, new ControlSurface(controls), clock);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const url = urlOf(host, server.address());
  const { keycloak, accessKey, token, userId } = accounts[0];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeAllConnections();
    });
    return closing;
  };
  return Object.assign(controls, {
    url,
    slbUrl: `${url}/regionsvc-${region}/slb/v1/slbs`,
    ecsUrl: `${url}/ecs/`,
    vpcUrl: `${url}/vpc/`,
    eipUrl: `${url}/eip/`,
    region,
    credentials: { keycloak: { url: `${url}/auth/token`, ...keycloak }, accessKey, token, userId },
    onCall: (listener: (call: Call) => void) => cloud.log.listen(listener),
    close,
    [Symbol.asyncDispose]: close,
  });
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
