import type {
  InstanceState,
  InstanceSurvey,
  Instances,
  Node,
  SurveyOptions,
} from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/controller-runtime';

/** What is wrong with one answer of the cloud. */
export type Fault =
  | 'none'
  | 'error'
  /** Some servers are missing, and the answer says that it is not complete. */
  | 'incomplete'
  /** Nothing at all is shown, as after a lost permission; the answer says that it is complete. */
  | 'empty'
  /** The state of before, and it says so. */
  | 'stale'
  /** Takes ten seconds. */
  | 'slow';

/** Servers in memory, one for each UID of a Node, with answers that go wrong as a test wants. */
export class MemoryCloud implements Instances {
  /** By the Node's UID. */
  readonly servers = new Map<string, 'running' | 'stopped'>();
  /** The fault of the next answer. */
  fault: () => Fault = () => 'none';
  /** Living servers that the next complete answer leaves out, by UID. */
  hidden: () => ReadonlySet<string> = () => new Set();
  /** Names of Nodes whose states come from an answer that shows no witness. */
  unwitnessed: () => ReadonlySet<string> = () => new Set();
  /** Names of the Nodes of each survey, oldest first. */
  readonly surveys: (readonly string[])[] = [];
  /** Names of the witnesses of each survey, oldest first. */
  readonly witnesses: (readonly string[])[] = [];
  accessChecks = 0;
  readonly #clock: Clock;
  #before: ReadonlyMap<string, InstanceState> = new Map();
  #startedBefore = 0;
  #deniesAll = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async survey(nodes: readonly Node[], { witnesses = [] }: SurveyOptions): Promise<InstanceSurvey> {
    this.surveys.push(nodes.map(({ metadata }) => metadata?.name ?? ''));
    this.witnesses.push(witnesses.map(({ metadata }) => metadata?.name ?? ''));
    const fault = this.fault();
    const startedAt = this.#clock.now();
    const hidden = this.hidden();
    this.#deniesAll = fault === 'empty' || fault === 'error';
    if (fault === 'error') throw new Error('503 from the cloud');
    if (fault === 'stale') {
      return { startedAt: this.#startedBefore, complete: true, states: this.#before };
    }
    // The oldest state that the answer may show: that of its beginning.
    const states = new Map<string, InstanceState>();
    nodes.forEach(({ metadata }, index) => {
      const { name = '', uid = '' } = metadata ?? {};
      const isMissing = fault === 'incomplete' && index % 2 === 0;
      const isShown = fault !== 'empty' && !isMissing && !hidden.has(uid);
      states.set(name, (isShown ? this.servers.get(uid) : undefined) ?? 'absent');
    });
    this.#before = states;
    this.#startedBefore = startedAt;
    if (fault === 'slow') await this.#clock.sleep(10_000);
    const unwitnessed = this.unwitnessed();
    return { startedAt, complete: fault !== 'incomplete', states, unwitnessed };
  }

  async confirmAccess(): Promise<boolean> {
    this.accessChecks += 1;
    return !this.#deniesAll;
  }

  async exists(node: Node): Promise<boolean> {
    return this.servers.has(node.metadata?.uid ?? '');
  }

  async isShutdown(node: Node): Promise<boolean> {
    return this.servers.get(node.metadata?.uid ?? '') === 'stopped';
  }

  async metadata(): Promise<undefined> {
    return undefined;
  }
}
