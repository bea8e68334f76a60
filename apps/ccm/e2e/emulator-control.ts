import { request } from 'undici';

/** A load balancer as INSPUR's API shows it. */
export interface WireSlb {
  readonly slbId: string;
  readonly slbName: string;
  readonly businessIp: string;
  readonly eipAddress: string;
  readonly userId: string;
  readonly state: string;
}

/** A listener as INSPUR's API shows it. */
export interface WireListener {
  readonly slbId: string;
  readonly listenerId: string;
  readonly listenerName: string;
  readonly protocol: string;
  readonly port: number;
  readonly forwardRule: string;
  readonly isHealthCheck: string;
}

/** A member as INSPUR's API shows it. */
export interface WireMember {
  readonly backendId: string;
  readonly listenerId: string;
  readonly serverId: string;
  readonly serverIp: string;
  readonly port: number;
  readonly weight: number;
}

/** A server as INSPUR's API shows it. */
export interface WireServer {
  readonly serverId: string;
  readonly serverName: string;
  readonly hostName: string;
  readonly status: string;
  readonly privateIps: readonly string[];
}

/** A route as INSPUR's API shows it. */
export interface WireRoute {
  readonly routeId: string;
  readonly routeTableId: string;
  readonly destination: string;
  readonly nextHopType: string;
  readonly nextHopId: string;
  readonly description: string;
}

/** All that the emulated cloud holds. */
export interface CloudState {
  readonly servers: readonly WireServer[];
  readonly slbs: readonly WireSlb[];
  readonly listeners: readonly WireListener[];
  readonly members: readonly WireMember[];
  readonly routes: readonly WireRoute[];
}

/** One call that the emulated cloud answered. */
export interface CloudCall {
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: number;
  readonly credential: string;
  /** The caller's `X-Request-Id`. */
  readonly requestId: string;
}

/** The emulator's control surface, over HTTP as a person would use it. */
export class EmulatorControl {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  state(): Promise<CloudState> {
    return this.#call<CloudState>('GET', 'state');
  }

  /** Adds or replaces objects. */
  async put(state: Partial<Record<keyof CloudState, readonly object[]>>): Promise<void> {
    await this.#call('PATCH', 'state', state);
  }

  /** What comes after `since`, and where to go on. */
  calls(since = 0): Promise<{ readonly next: number; readonly calls: readonly CloudCall[] }> {
    return this.#call('GET', `calls?since=${since}`);
  }

  async setFaults(faults: readonly object[]): Promise<void> {
    await this.#call('PUT', 'faults', faults);
  }

  /** How long every answer is held back, in milliseconds; `{}` ends it. */
  async setLatency(latency: { readonly ms?: number; readonly jitterMs?: number }): Promise<void> {
    await this.#call('PUT', 'latency', latency);
  }

  /** What the members of a listener have to keep to; `{}` ends the rules. */
  async setMemberRules(rules: {
    readonly unique?: 'no' | 'server' | 'address';
    readonly perListener?: number;
  }): Promise<void> {
    await this.#call('PUT', 'member-rules', rules);
  }

  /** Replaces the servers. */
  async setServers(servers: readonly object[]): Promise<void> {
    const state = await this.state();
    await this.#call('PUT', 'state', { ...state, servers });
  }

  /** Replaces the routes. */
  async setRoutes(routes: readonly WireRoute[]): Promise<void> {
    const state = await this.state();
    await this.#call('PUT', 'state', { ...state, routes });
  }

  /** These servers exist, and no list shows them. */
  async hide(serverIds: readonly string[]): Promise<void> {
    await this.#call('PUT', 'hidden', { serverIds });
  }

  /** Takes the permission for services away; none gives it back. */
  async deny(services: readonly string[], as: 'code' | 'empty' = 'code'): Promise<void> {
    await this.#call('PUT', 'denied', { services, as });
  }

  async expireTokens(): Promise<void> {
    await this.#call('PUT', 'tokens', { expireAll: true });
  }

  async #call<T>(method: 'GET' | 'PUT' | 'PATCH', path: string, body?: object): Promise<T> {
    const response = await request(new URL(`/_emulator/${path}`, this.#url), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
