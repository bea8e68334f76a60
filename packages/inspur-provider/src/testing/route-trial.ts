import type { Node, Routes } from '@k8s-ccm/cloud-provider';
import { Budget, InspurClient, Secret, tokenCredentials } from '@k8s-ccm/inspur-sdk';
import type { Route } from '@k8s-ccm/inspur-sdk';

import type { CloudFault } from './cloud-faults.ts';
import type { EmulatedRoutes } from './route-cloud.ts';
import { RouteCloud } from './route-cloud.ts';
import { RouteActor } from './route-actor.ts';
import type { RouteOperation } from './route-faults.ts';
import { buildRoute, cidrOf, routedCloud, routedNode, strangeRoutes } from './route-fixtures.ts';
import { heldMs } from './virtual-clock.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The deadline of one attempt, which the clock must know, ms. */
export const routeAttemptMs = 20_000;
/** Runs that must do after a single fault, or after the last one. */
const patience = 3;

/** The part of an emulator that trials use. */
export interface FaultyRoutes extends EmulatedRoutes {
  replaceState(state: object): void;
  setFaults(faults: readonly object[]): void;
  calls(since?: number): {
    readonly next: number;
    readonly calls: readonly { readonly operation: string; readonly status: number }[];
  };
}

/** What the routes of a cluster are, and what they should be. */
export interface RouteStory {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly nodes: readonly Node[];
}

const own = (n: number, serverId = `i-${n}`): Route =>
  buildRoute({
    routeId: `o-${n}`,
    destination: cidrOf(n),
    nextHopId: serverId,
    description: `k8s-ccm/kubernetes/node-${n}`,
  });

/** Stories that between them make every call that the provider makes for routes. */
export const routeStories: readonly RouteStory[] = [
  { name: 'new nodes', routes: [], nodes: [routedNode(1), routedNode(2), routedNode(3, '')] },
  {
    name: 'a replaced server, a node that is gone, one that is as it was, and one behind a route made by hand',
    routes: [
      own(1),
      own(2),
      own(3, 'i-4'),
      buildRoute({ routeId: 'h-4', destination: cidrOf(4), nextHopId: 'i-4' }),
    ],
    nodes: [routedNode(1), routedNode(2, 'i-5'), routedNode(4)],
  },
];

/** Plays stories against a cloud that fails in one way at one operation. */
export class RouteTrials implements AsyncDisposable {
  readonly #cloud: FaultyRoutes;
  readonly #clock: VirtualClock;
  readonly #calm = new Map<RouteStory, Promise<CalmRun>>();
  readonly #client: InspurClient;
  /** One call at a time: only then it is clear which call a held answer belongs to. */
  readonly #slowClient: InspurClient;

  /** `clock` is the cloud's too. */
  constructor(cloud: FaultyRoutes, clock: VirtualClock) {
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
  async callsTo(operation: RouteOperation, story: RouteStory): Promise<number> {
    const { operations } = await this.#calmRun(story);
    return operations.filter((name) => name === operation).length;
  }

  /** Lets one call of a story fail, counted from 0. Gives what was not as it should be. */
  async failOnce(
    story: RouteStory,
    operation: RouteOperation,
    fault: CloudFault,
    call: number,
  ): Promise<readonly string[]> {
    const calm = await this.#calmRun(story);
    const { actor, routes } = this.#start(story, fault);
    const since = this.#cloud.calls().next;
    this.#cloud.setFaults([{ operation, ...fault.effect, after: call, times: 1 }]);
    const tries = await runUntilDone(actor, routes, patience);
    const problems = [
      ...this.#missed(operation, fault, since, call),
      ...(tries.length === patience ? [`does not recover: ${tries.at(-1)?.join() ?? ''}`] : []),
      ...(fault.passes === true && tries.length > 0
        ? [`is told of: ${tries[0]?.join() ?? ''}`]
        : []),
      ...this.#differences(calm),
    ];
    return problems.map((problem) => `${story.name}, call ${call + 1}: ${problem}`);
  }

  /** Lets all calls to an operation fail for two runs, then none. Gives what was not as it should be. */
  async failAlways(
    story: RouteStory,
    operation: RouteOperation,
    fault: CloudFault,
  ): Promise<readonly string[]> {
    const calm = await this.#calmRun(story);
    const { actor, routes } = this.#start(story, fault);
    const since = this.#cloud.calls().next;
    this.#cloud.setFaults([{ operation, ...fault.effect }]);
    const tries = await runUntilDone(actor, routes, 2);
    this.#cloud.setFaults([]);
    const problems = [
      ...this.#missed(operation, fault, since, 0),
      ...tries.flat().flatMap((text) => flawsOf(text, operation, fault)),
      ...this.#harm(),
    ];
    if (tries.length < 2) {
      problems.push(
        ...this.#differences(calm).map((problem) => `claims a false success: ${problem}`),
      );
    } else {
      const later = await runUntilDone(actor, routes, patience);
      if (later.length > 0) problems.push(`does not recover at once: ${later.flat().join(' / ')}`);
      problems.push(...this.#differences(calm));
    }
    return problems.map((problem) => `${story.name}: ${problem}`);
  }

  #missed(
    operation: RouteOperation,
    { status }: CloudFault,
    since: number,
    call: number,
  ): string[] {
    const calls = this.#cloud.calls(since).calls.filter((one) => one.operation === operation);
    const struck = calls[call];
    if (struck === undefined) return ['the fault did not happen'];
    if (status !== undefined && struck.status !== status) return [`got status ${struck.status}`];
    return [];
  }

  /** What must not be at any time: strangers that are not what they were, two routes to one destination. */
  #harm(): string[] {
    const { routes } = this.#cloud.state();
    const strangers = routes.filter(({ routeId }) => /^[sh]-/.test(routeId));
    const destinations = routes.map(({ destination, routeTableId }) => routeTableId + destination);
    return [
      ...(JSON.stringify(strangers) === JSON.stringify(this.#strangers)
        ? []
        : ['touches strangers']),
      ...(new Set(destinations).size === routes.length ? [] : ['has doubled a route']),
    ];
  }

  #differences(calm: CalmRun): string[] {
    const state = pictureOf(this.#cloud.state().routes);
    const other = state === calm.state ? [] : [`the table holds ${state}, not ${calm.state}`];
    return [...this.#harm(), ...other];
  }

  #strangers: readonly Route[] = [];

  #start(story: RouteStory, fault?: CloudFault): { actor: RouteActor; routes: Routes } {
    this.#cloud.setFaults([]);
    this.#cloud.replaceState({ ...routedCloud(5), routes: [...strangeRoutes, ...story.routes] });
    this.#strangers = this.#cloud.state().routes.filter(({ routeId }) => !routeId.startsWith('o-'));
    const client = fault?.effect['delayMs'] === heldMs ? this.#slowClient : this.#client;
    const { routes } = new RouteCloud(this.#cloud, { client, clock: this.#clock });
    return { actor: new RouteActor(story.nodes), routes };
  }

  #calmRun(story: RouteStory): Promise<CalmRun> {
    const known = this.#calm.get(story) ?? this.#runCalmly(story);
    this.#calm.set(story, known);
    return known;
  }

  async #runCalmly(story: RouteStory): Promise<CalmRun> {
    const { actor, routes } = this.#start(story);
    const since = this.#cloud.calls().next;
    const failed = await actor.run(routes);
    if (failed.length > 0) throw new Error(`a calm run fails: ${failed.join(' / ')}`);
    const operations = this.#cloud.calls(since).calls.map(({ operation }) => operation);
    const state = pictureOf(this.#cloud.state().routes);
    return { operations, state };
  }

  #connect(concurrency: number): InspurClient {
    const clock = this.#clock;
    const { credentials, ecsUrl: ecs, region, slbUrl: slb, vpcUrl: vpc } = this.#cloud;
    return new InspurClient({
      region,
      endpoints: { ecs, slb, vpc },
      credentials: tokenCredentials({ token: new Secret(credentials.token) }),
      timeoutMs: routeAttemptMs,
      clock,
      random: { next: () => 0.5 },
      budget: new Budget({ clock, concurrency }),
    });
  }
}

/** How a story goes where nothing goes wrong. */
interface CalmRun {
  readonly operations: readonly string[];
  readonly state: string;
}

/** Runs until one succeeds; what failed in those before. */
async function runUntilDone(
  actor: RouteActor,
  routes: Routes,
  most: number,
): Promise<readonly (readonly string[])[]> {
  const tries: (readonly string[])[] = [];
  while (tries.length < most) {
    const failed = await actor.run(routes);
    if (failed.length === 0) break;
    tries.push(failed);
  }
  return tries;
}

/** What is missing in the text of an error that a user is to read. */
function flawsOf(text: string, operation: RouteOperation, { name, says }: CloudFault): string[] {
  const flaws: string[] = [];
  const isOfField = /^(?:no|wrong type in) /.test(name);
  if (!says.test(text)) flaws.push(`does not say ${String(says)}`);
  if (!isOfField && !text.includes(operation)) flaws.push(`does not name ${operation}`);
  if (!/route table "rtb-1"|route o-\d .* to 10\.|servers of the account/.test(text)) {
    flaws.push('does not say of what it speaks');
  }
  if (!/(?:\. [A-Z]|; )\w+/.test(text)) flaws.push('does not say what to do');
  return flaws.map((flaw) => `${flaw}: ${text}`);
}

/** All routes, byte for byte, save the ids that the cloud chose. */
function pictureOf(routes: readonly Route[]): string {
  return routes
    .map((route) =>
      JSON.stringify({ ...route, routeId: route.routeId.replace(/^route-.*/, 'new') }),
    )
    .toSorted()
    .join('\n');
}
