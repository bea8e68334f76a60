import { errorText } from '@k8s-ccm/cloud-provider';
import type { LoadBalancer } from '@k8s-ccm/cloud-provider';
import { Budget, InspurClient, Secret, tokenCredentials } from '@k8s-ccm/inspur-sdk';

import { createInspurProvider } from '../inspur-provider.ts';
import { listenerOwner } from '../load-balancer/listener-name.ts';
import type { CloudFault, SlbOperation } from './cloud-faults.ts';
import type { EmulatedCloud, EmulatedState } from './emulated-cloud.ts';
import { configFor, twoSlbs } from './emulated-cloud.ts';
import type { FaultStory } from './fault-stories.ts';
import { startPorts } from './fault-stories.ts';
import { GatedClock } from './gated-clock.ts';
import { ServiceActor } from './service-actor.ts';
import { buildNode, buildService } from './service-fixtures.ts';
import { heldMs } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The deadline of one attempt, which the clock must know, ms. */
export const attemptMs = 20_000;
/** Tries of a step that must do after a single fault, or after the last one. */
const patience = 3;
const owner = 'a000000000004000';

/** The part of an emulator that trials use. */
export interface FaultyCloud extends EmulatedCloud {
  state(): EmulatedState;
  replaceState(state: object): void;
  setFaults(faults: readonly object[]): void;
  calls(since?: number): {
    readonly next: number;
    readonly calls: readonly { readonly operation: string; readonly status: number }[];
  };
}

/** What other people have on the SLBs. */
const strangers = {
  listeners: [
    { slbId: 'slb-1', listenerId: 'person-1', listenerName: 'web', protocol: 'TCP', port: 8080 },
    {
      slbId: 'slb-1',
      listenerId: 'go-1',
      listenerName: 'listener_30081_0',
      protocol: 'TCP',
      port: 30081,
    },
    {
      slbId: 'slb-1',
      listenerId: 'service-b-1',
      listenerName: 'k8s_b000000000004000_TCP_91',
      protocol: 'TCP',
      port: 91,
    },
    {
      slbId: 'slb-2',
      listenerId: 'service-b',
      listenerName: 'k8s_b000000000004000_TCP_90',
      protocol: 'TCP',
      port: 90,
    },
  ],
  members: ['person-1', 'go-1', 'service-b-1', 'service-b'].map((listenerId, index) => ({
    backendId: `of-${listenerId}`,
    listenerId,
    serverId: 'ecs-n5',
    serverIp: '192.168.0.5',
    port: 30080 + index,
  })),
};

/** How a story goes where nothing goes wrong. */
interface CalmRun {
  readonly before: object;
  readonly actor: ServiceActor;
  readonly operations: readonly string[];
  readonly state: string;
  readonly addresses: readonly string[];
  readonly afterwards: string;
}

/** Plays stories against a cloud that fails in one way at one operation. */
export class FaultTrials {
  readonly #cloud: FaultyCloud;
  readonly #clock: VirtualClock;
  readonly #calm = new Map<FaultStory, Promise<CalmRun>>();
  readonly #client: InspurClient;
  /** One call at a time: only then it is clear which call a held answer belongs to. */
  readonly #slowClient: InspurClient;

  /** `clock` is the cloud's too. */
  constructor(cloud: FaultyCloud, clock: VirtualClock) {
    this.#cloud = cloud;
    this.#clock = clock;
    this.#client = this.#connect(16);
    this.#slowClient = this.#connect(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    await this.#slowClient.close();
  }

  /** The calls to an operation in a story where nothing goes wrong. */
  async callsTo(operation: SlbOperation, story: FaultStory): Promise<number> {
    const { operations } = await this.#calmRun(story);
    return operations.filter((name) => name === operation).length;
  }

  /** Lets one call of a story fail, counted from 0. Gives what was not as it should be. */
  async failOnce(
    story: FaultStory,
    operation: SlbOperation,
    fault: CloudFault,
    call: number,
  ): Promise<readonly string[]> {
    const problems: string[] = [];
    await this.#play(story, fault, async (actor, process, calm) => {
      const since = this.#cloud.calls().next;
      this.#cloud.setFaults([{ operation, ...fault.effect, after: call, times: 1 }]);
      const { isDone, told } = await this.#act(story, actor, process, patience);
      if (!isDone) problems.push(`does not recover: ${told.at(-1) ?? ''}`);
      if (fault.passes === true && told.length > 0) problems.push(`is told of: ${told[0] ?? ''}`);
      problems.push(...this.#missed(operation, fault, since, call));
      problems.push(...(await this.#differences(story, actor, process, calm)));
    });
    return problems.map((problem) => `${story.name}, call ${call + 1}: ${problem}`);
  }

  /** Lets all calls to an operation fail for two tries, then none. Gives what was not as it should be. */
  async failAlways(
    story: FaultStory,
    operation: SlbOperation,
    fault: CloudFault,
  ): Promise<readonly string[]> {
    const problems: string[] = [];
    await this.#play(story, fault, async (actor, process, calm) => {
      const since = this.#cloud.calls().next;
      const others = strangersOf(this.#cloud.state());
      this.#cloud.setFaults([{ operation, ...fault.effect }]);
      const { isDone, told } = await this.#act(story, actor, process, 2);
      this.#cloud.setFaults([]);
      problems.push(...this.#missed(operation, fault, since, 0));
      problems.push(...told.flatMap((text) => flawsOf(text, operation, fault)));
      if (strangersOf(this.#cloud.state()) !== others) problems.push('touches what others have');
      if (isDone) {
        if (pictureOf(this.#cloud.state()) !== calm.state) problems.push('claims a false success');
      } else {
        const later = await this.#act(story, actor, process, patience);
        const failures = later.told.join(' / ');
        if (!later.isDone || failures !== '')
          problems.push(`does not recover at once: ${failures}`);
      }
      problems.push(...(await this.#differences(story, actor, process, calm)));
    });
    return problems.map((problem) => `${story.name}: ${problem}`);
  }

  /**
   * Tries a step until it succeeds, and then again as long as the provider asks for it, as the
   * controller does. Tells whether everything was done in the end, and what the user was told.
   */
  async #act(
    story: FaultStory,
    actor: ServiceActor,
    process: LoadBalancer,
    tries: number,
  ): Promise<{ readonly isDone: boolean; readonly told: readonly string[] }> {
    const told: string[] = [];
    let act = story.act;
    for (let number = 0; number < tries; number++) {
      const reports = actor.reports.length;
      const requeues = actor.requeues.length;
      try {
        await act(actor, process);
        told.push(...actor.reports.slice(reports).map(({ message }) => message));
        if (actor.requeues.length === requeues) return { isDone: true, told };
        act = (one, balancer) => one.ensure(balancer, story.nodes);
      } catch (error) {
        told.push(errorText(error));
      }
    }
    return { isDone: false, told };
  }

  #missed(operation: SlbOperation, { status }: CloudFault, since: number, call: number): string[] {
    const calls = this.#cloud.calls(since).calls.filter((one) => one.operation === operation);
    const struck = calls[call];
    if (struck === undefined) return ['the fault did not happen'];
    if (status !== undefined && struck.status !== status) return [`got status ${struck.status}`];
    return [];
  }

  /** What is not as in the calm run, now and after a node has joined. */
  async #differences(
    story: FaultStory,
    actor: ServiceActor,
    process: LoadBalancer,
    calm: CalmRun,
  ): Promise<readonly string[]> {
    const state = pictureOf(this.#cloud.state());
    if (state !== calm.state) return [`the cloud holds ${state}, not ${calm.state}`];
    if (actor.addresses.join() !== calm.addresses.join()) {
      return [`the status shows ${actor.addresses.join()}, not ${calm.addresses.join()}`];
    }
    const afterwards = await this.#joinNode(story, actor, process);
    if (afterwards === calm.afterwards) return [];
    return [`after a node joined the cloud holds ${afterwards}, not ${calm.afterwards}`];
  }

  /** What is remembered of the load balancer shows in what is done about a new node. */
  async #joinNode(story: FaultStory, actor: ServiceActor, process: LoadBalancer): Promise<string> {
    if (story.nodes.length > 0) {
      await actor.update(process, [...story.nodes.slice(1), buildNode('n5', '192.168.0.5')]);
    }
    return pictureOf(this.#cloud.state());
  }

  async #play(
    story: FaultStory,
    { effect }: Pick<CloudFault, 'effect'>,
    play: (actor: ServiceActor, process: LoadBalancer, calm: CalmRun) => Promise<void>,
  ): Promise<void> {
    const calm = await this.#calmRun(story);
    const process = this.#start(effect['delayMs'] === heldMs ? this.#slowClient : this.#client);
    try {
      const actor = await this.#begin(story, process, calm);
      story.edit(actor);
      await play(actor, process, calm);
    } finally {
      this.#cloud.setFaults([]);
    }
  }

  async #begin(story: FaultStory, process: LoadBalancer, calm: CalmRun): Promise<ServiceActor> {
    if (story.restarted) {
      this.#cloud.replaceState(calm.before);
      return new ServiceActor(calm.actor.service);
    }
    return await this.#prepare(story, process);
  }

  async #prepare(story: FaultStory, process: LoadBalancer): Promise<ServiceActor> {
    this.#cloud.setFaults([]);
    this.#cloud.replaceState({ ...twoSlbs, ...strangers });
    const actor = new ServiceActor(buildService({ ports: startPorts }));
    await story.before(actor, process);
    return actor;
  }

  #calmRun(story: FaultStory): Promise<CalmRun> {
    const known = this.#calm.get(story) ?? this.#runCalmly(story);
    this.#calm.set(story, known);
    return known;
  }

  async #runCalmly(story: FaultStory): Promise<CalmRun> {
    const first = this.#start(this.#client);
    const actor = await this.#prepare(story, first);
    const before = this.#cloud.state();
    const { service } = actor;
    story.edit(actor);
    const process = story.restarted ? this.#start(this.#client) : first;
    const since = this.#cloud.calls().next;
    await story.act(actor, process);
    const operations = this.#cloud.calls(since).calls.map(({ operation }) => operation);
    const state = pictureOf(this.#cloud.state());
    if (!state.endsWith(strangersOf(before))) throw new Error('strangers changed in a calm run');
    const { addresses } = actor;
    const afterwards = await this.#joinNode(story, actor, process);
    return { before, actor: new ServiceActor(service), operations, state, addresses, afterwards };
  }

  #connect(concurrency: number): InspurClient {
    const clock = this.#clock;
    const { region, endpoints } = configFor(this.#cloud);
    return new InspurClient({
      region,
      endpoints,
      credentials: tokenCredentials({ token: new Secret(this.#cloud.credentials.token) }),
      timeoutMs: attemptMs,
      clock,
      random: { next: () => 0.5 },
      budget: new Budget({ clock, concurrency }),
    });
  }

  #start({ slb }: InspurClient): LoadBalancer {
    // What a process does in the background has its own tests: on this clock it never comes to it.
    const { loadBalancer } = createInspurProvider({
      config: configFor(this.#cloud),
      client: { slb, close: async () => undefined },
      clock: new GatedClock(),
    });
    if (loadBalancer === undefined) throw new Error('the provider has no load balancer');
    return loadBalancer;
  }
}

/** What is missing in the text of an error that a user is to read. */
function flawsOf(text: string, operation: SlbOperation, { says }: CloudFault): string[] {
  const flaws: string[] = [];
  if (!says.test(text)) flaws.push(`does not say ${String(says)}`);
  if (!text.includes(operation)) flaws.push(`does not name ${operation}`);
  if (!/SLB "slb-[12]"|all SLBs of the account/.test(text)) flaws.push('does not name the SLB');
  if (!/\. [A-Z]\w+/.test(text)) flaws.push('does not say what to do');
  return flaws.map((flaw) => `${flaw}: ${text}`);
}

/** What is not the Service's, byte for byte. */
function strangersOf({ listeners, members }: EmulatedState): string {
  const kept = listeners.filter(({ listenerName }) => listenerOwner(listenerName) !== owner);
  const ids = new Set(kept.map(({ listenerId }) => listenerId));
  return JSON.stringify([kept, members.filter(({ listenerId }) => ids.has(listenerId))]);
}

/** All there is, byte for byte, save the ids that the cloud chose for what is the Service's. */
function pictureOf(state: EmulatedState): string {
  const { slbs, listeners, members } = state;
  const own = listeners.filter(({ listenerName }) => listenerOwner(listenerName) === owner);
  const items = own.map((listener) => {
    const behind = members.filter(({ listenerId }) => listenerId === listener.listenerId);
    const named = behind.map((member) =>
      JSON.stringify({ ...member, listenerId: '', backendId: '' }),
    );
    return JSON.stringify([{ ...listener, listenerId: '' }, named.toSorted()]);
  });
  return [JSON.stringify(slbs), ...items.toSorted(), strangersOf(state)].join('\n');
}
