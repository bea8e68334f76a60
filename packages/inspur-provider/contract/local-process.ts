import type { CloudProvider, LoadBalancer } from '@k8s-ccm/cloud-provider';
import { Budget, InspurClient, Secret, tokenCredentials } from '@k8s-ccm/inspur-sdk';
import { LocalDispatcher } from './local-dispatcher.ts';
import type { LocalReply, LocalRequest } from './local-dispatcher.ts';

import { createInspurProvider } from '../src/inspur-provider.ts';
import { configFor } from '../src/testing/emulated-cloud.ts';
import { VirtualClock } from '../src/testing/virtual-clock.ts';
import type { LocalCloud } from './local-cloud.ts';
import { QuietClock } from './quiet-clock.ts';

/** What differs between processes of one cluster. */
export interface ProcessSettings {
  /** `loadBalancer.allowedSlbIds` of the cloud-config. */
  readonly allowedSlbIds?: readonly string[] | undefined;
  /** Whether the provider can list servers. Default true. */
  readonly listsServers?: boolean;
}

/** The deadline of one attempt, in milliseconds. */
const attemptMs = 20_000;
/** So many turns of the event loop without a call mean that nothing is under way. */
const quietTurns = 4;

/** A provider in a process of its own: it knows nothing but what it reads, and it may die. */
export class LocalProcess implements AsyncDisposable {
  readonly loadBalancer: LoadBalancer;
  readonly #cloud: LocalCloud;
  readonly #client: InspurClient;
  readonly #provider: CloudProvider;
  readonly #clock: QuietClock;
  #callsLeft = Infinity;

  constructor(cloud: LocalCloud, { allowedSlbIds, listsServers = true }: ProcessSettings = {}) {
    this.#cloud = cloud;
    const virtual = new VirtualClock(attemptMs);
    this.#clock = new QuietClock(virtual);
    const config = configFor(cloud);
    this.#client = new InspurClient({
      region: cloud.region,
      endpoints: { slb: cloud.slbUrl, ecs: cloud.ecsUrl, vpc: cloud.vpcUrl },
      credentials: tokenCredentials({ token: new Secret(cloud.credentials.token) }),
      timeoutMs: attemptMs,
      clock: virtual,
      random: { next: () => 0.5 },
      budget: new Budget({ clock: virtual, concurrency: 8 }),
      dispatcher: new LocalDispatcher({
        answer: (request) => this.#answer(request),
        clock: virtual,
      }),
    });
    const { ecs, slb, vpc } = this.#client;
    const close = async (): Promise<void> => await this.#client.close();
    this.#provider = createInspurProvider({
      config: { ...config, loadBalancer: { ...config.loadBalancer, allowedSlbIds } },
      client: listsServers ? { slb, ecs, vpc, close } : { slb, close },
      clock: this.#clock,
    });
    if (this.#provider.loadBalancer === undefined) throw new Error('there is no load balancer');
    this.loadBalancer = this.#provider.loadBalancer;
  }

  /** Whether no call goes out any more. */
  get isDead(): boolean {
    return this.#callsLeft <= 0;
  }

  /** Lets the process make so many calls more, then none. */
  dieAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** Lets time pass until what happens in the background is over. Tells whether anything happened. */
  async background(): Promise<boolean> {
    const since = this.#cloud.callCount;
    await this.#clock.pass();
    for (let quiet = 0, seen = since; quiet < quietTurns; quiet += 1) {
      await turn();
      if (this.#cloud.callCount !== seen) quiet = 0;
      seen = this.#cloud.callCount;
    }
    return this.#cloud.callCount !== since;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.close?.();
  }

  #answer(request: LocalRequest): LocalReply {
    if (this.isDead) return { status: 0, headers: {}, body: '', holdMs: 0 };
    this.#callsLeft -= 1;
    return this.#cloud.handle(request);
  }
}

function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
