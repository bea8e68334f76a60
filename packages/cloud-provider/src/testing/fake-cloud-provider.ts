import type { CloudProvider, ProviderContext } from '../cloud-provider.ts';
import { instancesFromV1 } from '../instances-from-v1.ts';
import type { Instances } from '../instances.ts';
import type { LoadBalancerStatus, Node, Service } from '../kubernetes-types.ts';
import type { LoadBalancer } from '../load-balancer.ts';
import type { Route, Routes } from '../routes.ts';
import type { FakeAnswer } from './answers.ts';
import { CallRecord } from './call-record.ts';
import type { FakeCallFilter } from './call-record.ts';
import { isAbout } from './fake-call.ts';
import type { FakeCall, FakeOperation, FakeResults, FakeTarget } from './fake-call.ts';
import { FakeInstances } from './fake-instances.ts';
import { FakeLegacyInstances, FakeZones } from './fake-legacy-instances.ts';
import { FakeLoadBalancer } from './fake-load-balancer.ts';
import { FakeRoutes } from './fake-routes.ts';
import type { Perform } from './perform.ts';

/** Which parts of the contract the fake offers. */
export interface FakeCloudProviderOptions {
  /** Default `fake`. */
  readonly name?: string;
  /** Default true. */
  readonly loadBalancer?: boolean;
  /** Which Services the load balancer claims. Default: absent, which claims all. */
  readonly claims?: (service: Service) => boolean;
  /** What of a Node its hosts are made of. Default: nothing more than upstream compares. */
  readonly hostKey?: (node: Node) => string;
  /** The form of its instances; `v1` goes through `instancesFromV1`. Default `v2`. */
  readonly instances?: 'v2' | 'v1' | 'none';
  /** Whether `v1` instances come with zones. Default true. */
  readonly zones?: boolean;
  /** Default true. */
  readonly routes?: boolean;
  /** Default true. */
  readonly hasClusterId?: boolean;
}

interface Programmed<Result> {
  readonly target: FakeTarget;
  readonly answer: FakeAnswer<Result>;
}

type Program = {
  [Operation in FakeOperation]?: readonly Programmed<FakeResults[Operation]>[];
};

/**
 * A cloud in memory that records every call and answers as a test wants, for tests of controllers.
 * Without a program it works: load balancers and routes come and go, every server runs.
 *
 * @example
 * const cloud = new FakeCloudProvider();
 * cloud.answer('create', inTurn(throws(new Error('quota'))), { service: 'default/web' });
 * // … run the controller …
 * expect(cloud.calls({ operation: 'create' })).toHaveLength(2);
 */
export class FakeCloudProvider implements CloudProvider {
  readonly name: string;
  readonly loadBalancer?: LoadBalancer;
  readonly instances?: Instances;
  readonly routes?: Routes;
  readonly #record = new CallRecord();
  readonly #balancers: FakeLoadBalancer;
  readonly #routeTable: FakeRoutes;
  readonly #hasClusterId: boolean;
  #program: Program = {};
  #contexts: readonly ProviderContext[] = [];
  #closed = 0;

  constructor(options: FakeCloudProviderOptions = {}) {
    const { name = 'fake', instances = 'v2', zones = true } = options;
    this.name = name;
    this.#hasClusterId = options.hasClusterId ?? true;
    const perform: Perform = (operation, given, usual) =>
      this.#record.around(operation, given, async (call) => {
        const answer = this.#answerTo(operation, call);
        return answer === undefined ? usual() : answer(call, usual);
      });
    this.#balancers = new FakeLoadBalancer(perform, options);
    this.#routeTable = new FakeRoutes(perform);
    if (options.loadBalancer ?? true) this.loadBalancer = this.#balancers;
    if (options.routes ?? true) this.routes = this.#routeTable;
    if (instances === 'v2') this.instances = new FakeInstances(name, perform);
    if (instances === 'v1') {
      this.instances = instancesFromV1({
        providerName: name,
        instances: new FakeLegacyInstances(perform),
        ...(zones ? { zones: new FakeZones(perform) } : {}),
      });
    }
  }

  /** What `initialize` was called with, oldest first. */
  get contexts(): readonly ProviderContext[] {
    return this.#contexts;
  }

  /** How often `close` was called. */
  get closed(): number {
    return this.#closed;
  }

  /** The load balancers that exist now, by the Service's UID. */
  get loadBalancers(): ReadonlyMap<string, LoadBalancerStatus> {
    return this.#balancers.statuses;
  }

  /** The routes that exist now, in the order in which they came. */
  get routeTable(): readonly Route[] {
    return this.#routeTable.all;
  }

  async initialize(context: ProviderContext): Promise<void> {
    this.#contexts = [...this.#contexts, context];
  }

  hasClusterId(): boolean {
    return this.#hasClusterId;
  }

  async close(): Promise<void> {
    this.#closed += 1;
  }

  /**
   * Programs the answer to an operation's calls from now on; calls already held keep theirs. An
   * answer for a target goes before one for all; a later one for the same target replaces the earlier.
   */
  answer<Operation extends FakeOperation>(
    operation: Operation,
    answer: FakeAnswer<FakeResults[Operation]>,
    target: FakeTarget = {},
  ): void {
    // The newest first, so that it hides an older one; the sort is stable.
    const programmed = [{ target, answer }, ...this.#programmed(operation)].toSorted(
      (one, other) => specificity(other.target) - specificity(one.target),
    );
    this.#program = { ...this.#program, [operation]: programmed };
  }

  /** Forgets the answers of one operation, or of all: they are as usual again. */
  answerAsUsual(operation?: FakeOperation): void {
    this.#program = operation === undefined ? {} : { ...this.#program, [operation]: [] };
  }

  /** Puts a load balancer into the cloud without a call. */
  seedLoadBalancer(service: Service, status: LoadBalancerStatus): void {
    this.#balancers.seed(service, status);
  }

  /** Puts a route into the cloud without a call. */
  seedRoute(route: Route): void {
    this.#routeTable.seed(route);
  }

  /** Takes a route away without a call, by its name, as somebody may do behind our back. */
  removeRoute(name: string): void {
    this.#routeTable.remove(name);
  }

  /** The recorded calls that match, oldest first. */
  calls(filter?: FakeCallFilter): readonly FakeCall[] {
    return this.#record.calls(filter);
  }

  /** The names of the operations called, oldest first. */
  operations(filter?: FakeCallFilter): readonly FakeOperation[] {
    return this.calls(filter).map(({ operation }) => operation);
  }

  /** Forgets the calls so far. */
  clearCalls(): void {
    this.#record.clear();
  }

  /** Matching calls that run now. */
  inFlight(filter?: FakeCallFilter): number {
    return this.calls(filter).filter(({ state }) => state === 'running').length;
  }

  /** The largest number of matching calls that ran at the same time. */
  maxInFlight(filter?: FakeCallFilter): number {
    return this.#record.maxInFlight(filter);
  }

  #answerTo<Operation extends FakeOperation>(
    operation: Operation,
    call: FakeCall,
  ): FakeAnswer<FakeResults[Operation]> | undefined {
    return this.#programmed(operation).find(({ target }) => isAbout(call, target))?.answer;
  }

  #programmed<Operation extends FakeOperation>(
    operation: Operation,
  ): readonly Programmed<FakeResults[Operation]>[] {
    return this.#program[operation] ?? [];
  }
}

function specificity(target: FakeTarget): number {
  return Object.values(target).filter((value) => value !== undefined).length;
}
