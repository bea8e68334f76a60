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

/** What can be set about an emulator. */
export interface EmulatorOptions {
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Region of the services' paths. Default `cn-north-3`. */
  readonly region?: string;
  /** What the cloud holds at the start. Default: nothing. */
  readonly seed?: CloudSeed;
  /** The accounts; the first is the one that {@link Emulator.credentials} shows and that owns what a seed gives no owner. Default: one account. */
  readonly accounts?: readonly [Account, ...Account[]];
  /** How long answers are held back. Default: not at all. */
  readonly latency?: Partial<Latency>;
  /** How long issued tokens hold, seconds. Default 300. */
  readonly tokenLifetimeSeconds?: number;
  /** How far `Date`, `x-time` and `Timestamp` may be off the clock, ms. Default 15 minutes. */
  readonly clockToleranceMs?: number;
  /** How long a new load balancer stays `creating`, ms. Default 0. */
  readonly slbCreateMs?: number;
  /** How long a deleted load balancer stays visible as `deleting`, ms. Default 0. */
  readonly slbDeleteMs?: number;
  /** How many calls the cloud takes, and how long their URLs may be. Default: any number of calls, 8 KiB. */
  readonly limits?: Partial<Limits>;
  /** What the members of a listener have to keep to. Default: nothing. */
  readonly memberRules?: Partial<MemberRules>;
  /** Seed of everything that happens by chance. Default 1. */
  readonly randomSeed?: number;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

/** What an emulator accepts as proof of who calls, with the address to exchange it at. */
export interface EmulatorCredentials {
  readonly keycloak: {
    readonly url: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly requestedSubject: string;
  };
  readonly accessKey: { readonly id: string; readonly secret: string };
  readonly token: string;
  /** The account behind all three. */
  readonly userId: string;
}

/** A running emulator. */
export interface Emulator extends Controls, AsyncDisposable {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** The `{slbs}` base of the SLB API. */
  readonly slbUrl: string;
  readonly ecsUrl: string;
  readonly vpcUrl: string;
  readonly eipUrl: string;
  readonly region: string;
  readonly credentials: EmulatorCredentials;
  /**
   * Calls `listener` after the work of each call and before its answer is sent, so that a test sees every
   * state of the cloud. Returns a function that ends this. `listener` must not throw.
   */
  onCall(listener: (call: Call) => void): () => void;
  /** Stops listening and drops every connection; calls under way are cut off. A second call has no effect. */
  close(): Promise<void>;
}

/**
 * Starts an emulated INSPUR Cloud on one port.
 * @throws ControlInputError where the seed does not hold together; the system's error where the port cannot be had
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
