import type { LoadBalancer } from '@k8s-ccm/cloud-provider';
import { Secret } from '@k8s-ccm/inspur-sdk';

import { createInspurProvider } from '../inspur-provider.ts';
import type { InspurProviderOptions } from '../inspur-provider.ts';
import type { InspurConfig } from '../cloud-config.ts';

/** The part of a running emulator that tests use. */
export interface EmulatedCloud {
  readonly slbUrl: string;
  readonly region: string;
  readonly credentials: { readonly token: string };
  state(): EmulatedState;
  calls(since?: number): {
    readonly next: number;
    readonly calls: readonly { readonly operation: string }[];
  };
}

/** The part of an emulator's state that tests read. */
export interface EmulatedState {
  readonly slbs: readonly { readonly slbId: string }[];
  readonly listeners: readonly {
    readonly slbId: string;
    readonly listenerId: string;
    readonly listenerName: string;
    readonly protocol: string;
    readonly port: number;
  }[];
  readonly members: readonly {
    readonly listenerId: string;
    readonly serverId: string;
    readonly port: number;
  }[];
}

/** Two SLBs with a private and a public address each, and five servers. */
export const twoSlbs = {
  slbs: [
    { slbId: 'slb-1', businessIp: '10.0.0.1', eipAddress: '203.0.113.1' },
    { slbId: 'slb-2', businessIp: '10.0.0.2', eipAddress: '203.0.113.2' },
    { slbId: 'slb-3', businessIp: '10.0.0.3', userId: 'somebody-else' },
  ],
  servers: ['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => ({
    serverId: `ecs-${name}`,
    serverName: name,
  })),
};

/** The configuration of a provider for the emulator. */
export function configFor(cloud: EmulatedCloud): InspurConfig {
  return {
    region: cloud.region,
    credentials: {
      kind: 'token',
      token: { kind: 'value', secret: new Secret(cloud.credentials.token) },
    },
    endpoints: { slb: cloud.slbUrl },
    tls: { caFile: undefined, insecureSkipVerify: [] },
    network: { vpcId: undefined, subnetId: undefined, routeTableId: undefined },
    http: { timeoutMs: 5000, concurrency: 64, callsPerSecond: undefined, burst: undefined },
    loadBalancer: { defaults: { listenerPortMode: 'service' }, allowedSlbIds: undefined },
    ignoredLines: [],
  };
}

/** Providers for one emulator; a new one knows nothing, as after a restart of the process. */
export class Processes implements AsyncDisposable {
  readonly #cloud: EmulatedCloud;
  readonly #providers: ReturnType<typeof createInspurProvider>[] = [];
  #seen = 0;

  constructor(cloud: EmulatedCloud) {
    this.#cloud = cloud;
  }

  /** `clock`: one for all that the process does. */
  start(
    config: Partial<InspurConfig> = {},
    options: Pick<InspurProviderOptions, 'clock'> = {},
  ): LoadBalancer {
    const provider = createInspurProvider({
      ...options,
      config: { ...configFor(this.#cloud), ...config },
    });
    this.#providers.push(provider);
    if (provider.loadBalancer === undefined) throw new Error('the provider has no load balancer');
    return provider.loadBalancer;
  }

  /** The operations that were called since the last time, sorted by name. */
  operations(): readonly string[] {
    const { next, calls } = this.#cloud.calls(this.#seen);
    this.#seen = next;
    return calls.map(({ operation }) => operation).toSorted();
  }

  /** Every listener with its members' servers: `slb-1 TCP/80 web: ecs-n1:30080 ecs-n2:30080`. */
  picture(): readonly string[] {
    const { listeners, members } = this.#cloud.state();
    return listeners
      .map(({ slbId, listenerId, listenerName, protocol, port }) => {
        const servers = members
          .filter((member) => member.listenerId === listenerId)
          .map((member) => `${member.serverId}:${member.port}`)
          .toSorted();
        return [`${slbId} ${protocol}/${port} ${listenerName}:`, ...servers].join(' ');
      })
      .toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const provider of this.#providers) await provider.close?.();
  }
}
