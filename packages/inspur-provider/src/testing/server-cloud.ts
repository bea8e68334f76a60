import type { Instances } from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/inspur-sdk';

import type { CredentialsConfig } from '../cloud-config.ts';
import { createInspurProvider } from '../inspur-provider.ts';
import type { EmulatedCloud } from './emulated-cloud.ts';
import { configFor } from './emulated-cloud.ts';
import { LogLines } from './log-lines.ts';

/** The part of a running emulator that tests of servers use. */
export interface EmulatedServers extends EmulatedCloud {
  readonly ecsUrl: string;
  readonly vpcUrl: string;
}

/** What a test's provider differs in from the plain one. */
export interface ServerCloudOptions {
  readonly credentials?: CredentialsConfig;
  readonly clock?: Clock;
  readonly vpcId?: string;
}

/** The instances of a provider for an emulator, with its log. */
export class ServerCloud implements AsyncDisposable {
  readonly log = new LogLines();
  readonly instances: Instances;
  readonly #cloud: EmulatedServers;
  readonly #close: () => Promise<void>;
  #seen = 0;

  constructor(cloud: EmulatedServers, { clock, credentials, vpcId }: ServerCloudOptions = {}) {
    const config = configFor(cloud);
    const { ecsUrl: ecs, slbUrl: slb, vpcUrl: vpc } = cloud;
    const provider = createInspurProvider({
      log: this.log,
      ...(clock === undefined ? {} : { clock }),
      config: {
        ...config,
        endpoints: { slb, ecs, vpc },
        credentials: credentials ?? config.credentials,
        network: { ...config.network, vpcId },
      },
    });
    if (provider.instances === undefined) throw new Error('the provider has no instances');
    this.instances = provider.instances;
    this.#cloud = cloud;
    this.#close = async () => await provider.close?.();
  }

  /** The operations that were called since the last time. */
  operations(): readonly string[] {
    const { next, calls } = this.#cloud.calls(this.#seen);
    this.#seen = next;
    return calls.map(({ operation }) => operation);
  }

  /** What is written to the log that no test expects is a warning. */
  get warnings(): readonly string[] {
    return this.log.lines.filter(
      (line) => /^(?:warn|error)/.test(line) && !line.includes('without TLS'),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
