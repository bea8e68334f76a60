import type { CloudProvider, LoadBalancer } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { InspurClient, Secret, tokenCredentials } from '@k8s-ccm/inspur-sdk';
import type { SlbClient } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { createInspurProvider } from '../inspur-provider.ts';
import { configFor, Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNodes, buildService, slbIdKey, tcp, udp } from '../testing/service-fixtures.ts';

/** A process that makes so many calls to the cloud and then dies: no later call goes out. */
class MortalProcess implements AsyncDisposable {
  readonly loadBalancer: LoadBalancer;
  readonly #client: InspurClient;
  readonly #provider: CloudProvider;
  #left: number;

  constructor(emulator: Emulator, calls: number) {
    this.#left = calls;
    const config = configFor(emulator);
    this.#client = new InspurClient({
      region: config.region,
      endpoints: config.endpoints,
      credentials: tokenCredentials({ token: new Secret(emulator.credentials.token) }),
    });
    const slb: SlbClient = this.#mortalClient(this.#client.slb);
    const provider = createInspurProvider({
      config,
      client: { slb, close: () => this.#client.close() },
    });
    this.#provider = provider;
    if (provider.loadBalancer === undefined) throw new Error('the provider has no load balancer');
    this.loadBalancer = provider.loadBalancer;
  }

  /** True where it did not get to its end. */
  get dead(): boolean {
    return this.#left < 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.close?.();
  }

  /** Wraps the methods of a client and of the clients that it holds. */
  #mortalClient<Client extends object>(client: Client): Client {
    return new Proxy(client, {
      get: (target, key): unknown => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value === 'object' && value !== null) return this.#mortalClient(value);
        if (typeof value !== 'function') return value;
        return this.#mortal((...input): unknown => Reflect.apply(value, target, input));
      },
    });
  }

  #mortal(call: (...input: readonly unknown[]) => unknown) {
    return async (...input: readonly unknown[]): Promise<unknown> => {
      this.#left -= 1;
      if (this.#left < 0) throw new Error('the process is dead');
      return await call(...input);
    };
  }
}

const ports = [tcp(80, 30080), udp(53, 30053)];
const changedPorts = [tcp(80, 30090), tcp(443, 30443)];

interface Story {
  readonly name: string;
  /** What is there before the process that dies begins. */
  readonly before: (actor: ServiceActor) => ServiceActor;
  readonly ensuredBefore: boolean;
  readonly act: (actor: ServiceActor, loadBalancer: LoadBalancer) => Promise<unknown>;
  readonly picture: readonly string[];
}

const stories: readonly Story[] = [
  {
    name: 'creation',
    before: (actor) => actor,
    ensuredBefore: false,
    act: (actor, loadBalancer) => actor.ensure(loadBalancer, buildNodes(2)),
    picture: [
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080 ecs-n2:30080',
      'slb-1 UDP/53 k8s_a000000000004000_UDP_53: ecs-n1:30053 ecs-n2:30053',
    ],
  },
  {
    name: 'change of ports, nodes and options',
    before: (actor) =>
      actor
        .annotate('loadbalancer.inspur.com/forward-rule', 'WRR')
        .edit((service) => ({ ...service, spec: { ...service.spec, ports: changedPorts } })),
    ensuredBefore: true,
    act: (actor, loadBalancer) => actor.ensure(loadBalancer, buildNodes(3).slice(1)),
    picture: [
      'slb-1 TCP/443 k8s_a000000000004000_TCP_443: ecs-n2:30443 ecs-n3:30443',
      'slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n2:30090 ecs-n3:30090',
    ],
  },
  {
    name: 'move to another SLB',
    before: (actor) => actor.annotate(slbIdKey, 'slb-2'),
    ensuredBefore: true,
    act: (actor, loadBalancer) => actor.ensure(loadBalancer, buildNodes(1)),
    picture: [
      'slb-2 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080',
      'slb-2 UDP/53 k8s_a000000000004000_UDP_53: ecs-n1:30053',
    ],
  },
  {
    name: 'removal of the SLB id',
    before: (actor) => actor.annotate(slbIdKey, undefined),
    ensuredBefore: true,
    act: (actor, loadBalancer) => actor.ensure(loadBalancer, buildNodes(1)),
    picture: [],
  },
  {
    name: 'deletion',
    before: (actor) => actor,
    ensuredBefore: true,
    act: (actor, loadBalancer) => actor.delete(loadBalancer),
    picture: [],
  },
];

describe.each(stories)('a crash at any call of a $name', (story) => {
  it('leaves nothing that the next process does not put right', async () => {
    await using emulator = await startEmulator();
    await using processes = new Processes(emulator);
    const points: number[] = [];
    for (let calls = 0, dead = true; dead; calls++) {
      emulator.replaceState(twoSlbs);
      const actor = new ServiceActor(buildService({ ports }));
      if (story.ensuredBefore) await actor.ensure(processes.start(), buildNodes(2));
      story.before(actor);
      await using mortal = new MortalProcess(emulator, calls);
      const { status } = actor.service;
      const [result] = await Promise.allSettled([story.act(actor, mortal.loadBalancer)]);
      dead = mortal.dead;
      if (dead) {
        points.push(calls);
        // A dead process writes no status.
        actor.edit((service) => ({ ...service, status: status ?? {} }));
      }
      expect(dead || result.status === 'fulfilled').toBe(true);

      await story.act(actor, processes.start());
      expect(processes.picture()).toEqual(story.picture);
      // Wherever it died, the Service can go without a trace.
      await actor.delete(processes.start());
      expect(processes.picture()).toEqual([]);
    }
    expect(points.length).toBeGreaterThan(2);
  });
});
