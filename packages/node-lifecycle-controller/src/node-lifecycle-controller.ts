import { NodeEventReason, ShutdownTaint, hasTaint } from '@k8s-ccm/cloud-provider';
import type { Instances, Logger, Node } from '@k8s-ccm/cloud-provider';
import {
  CaughtUpReader,
  OwnWrites,
  WorkQueue,
  exponentialBackoff,
  objectKey,
  runWorkers,
} from '@k8s-ccm/controller-runtime';
import type {
  Clock,
  EventRecorder,
  Informer,
  MetricsRegistry,
  Random,
  ResourceClient,
} from '@k8s-ccm/controller-runtime';
import { AccessCheck } from './access-check.ts';
import { isReadAfter, spanOf } from './agreement.ts';
import { blockedMessage } from './blocked-message.ts';
import { decide, isBlocked } from './decide.ts';
import type { Access, BlockedReason, Decision, DeletionRules, Evidence } from './decide.ts';
import { DeletionBudget } from './deletion-budget.ts';
import type { DeletionBudgetRule } from './deletion-budget.ts';
import { Looks } from './looks.ts';
import { NodeAges } from './node-ages.ts';
import { NodeDeletion } from './node-deletion.ts';
import { createdBy, isKeptByUser, isReady } from './node-facts.ts';
import { createNodeLifecycleMetrics } from './node-lifecycle-metrics.ts';
import type { NodeLifecycleMetrics } from './node-lifecycle-metrics.ts';
import { ShutdownTaintWriter } from './shutdown-taint.ts';
import { Suspects } from './suspects.ts';
import type { Suspect } from './suspects.ts';

/** Nodes worked on at once: a slow answer about one holds up no other, and a provider may ask for many in one call. */
const concurrency = 100;

/** What the node lifecycle controller works with. */
export interface NodeLifecycleControllerOptions extends DeletionRules {
  readonly instances: Instances;
  /** The client that taints and deletes. */
  readonly nodes: Pick<ResourceClient<Node>, 'get' | 'list' | 'patch' | 'delete'>;
  readonly nodeInformer: Pick<
    Informer<Node>,
    'store' | 'lastVersion' | 'addHandler' | 'waitForSync'
  >;
  readonly recorder: EventRecorder;
  /** `--node-deletion-budget`, read by `parseDeletionBudget`. */
  readonly budget: DeletionBudgetRule;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
}

/**
 * Taints Nodes whose servers are stopped and deletes Nodes whose servers are gone (contract.md#node-lifecycle-controller).
 *
 * Every `monitorPeriodMs` a round asks the cloud for the servers of the Nodes that are not Ready, in
 * one survey where the provider has it, and puts them into a queue. What is done about a Node is
 * decided by `decide` alone, from the rounds so far. A Node that becomes Ready is worked on at once.
 */
export class NodeLifecycleController {
  readonly #options: NodeLifecycleControllerOptions;
  readonly #queue: WorkQueue;
  readonly #looks: Looks;
  readonly #suspects: Suspects;
  readonly #ages: NodeAges;
  readonly #budget: DeletionBudget;
  readonly #access: AccessCheck;
  readonly #reader: CaughtUpReader<Node>;
  readonly #taints: ShutdownTaintWriter;
  readonly #deletion: NodeDeletion;
  readonly #metrics: NodeLifecycleMetrics | undefined;
  /** Names whose turn a round has brought. */
  readonly #due = new Set<string>();
  readonly #busy = new Set<string>();

  /** Registers with the informer at once, so that nothing is missed before it runs. */
  constructor(options: NodeLifecycleControllerOptions) {
    this.#options = options;
    const { clock, nodeInformer, metrics } = options;
    this.#queue = new WorkQueue({
      name: 'node-lifecycle',
      clock,
      // Nothing is added with a limit: what fails is tried again by the next round.
      rateLimiter: exponentialBackoff({ baseMs: 1_000, maxMs: 1_000 }),
      metrics,
    });
    this.#metrics = metrics && createNodeLifecycleMetrics(metrics);
    this.#looks = new Looks(options);
    this.#access = new AccessCheck(options);
    this.#suspects = new Suspects(clock);
    this.#ages = new NodeAges(clock);
    this.#budget = new DeletionBudget({ rule: options.budget, nodes: nodeInformer.store, clock });
    const ownWrites = new OwnWrites({ informer: nodeInformer, client: options.nodes });
    this.#reader = new CaughtUpReader({
      informer: nodeInformer,
      ownWrites,
      queue: this.#queue,
      clock,
    });
    this.#taints = new ShutdownTaintWriter({ ...options, ownWrites });
    this.#deletion = new NodeDeletion({ ...options, budget: this.#budget });
    this.#watchNodes();
  }

  /** Works until `signal` aborts; returns when the last call in flight has ended. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.nodeInformer.waitForSync(signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await Promise.all([
      this.#monitor(signal),
      runWorkers({
        queue: this.#queue,
        concurrency,
        reconcile: (name, workerSignal) => this.#reconcile(name, workerSignal),
        onError: (name, error) => this.#options.log.warn('node work failed', { node: name, error }),
        signal,
        log: this.#options.log,
      }),
    ]);
  }

  #watchNodes(): void {
    this.#options.nodeInformer.addHandler({
      onAdd: (node, isInInitialList) => {
        if (!isInInitialList) this.#ages.came(node);
        this.#seen(node);
      },
      onUpdate: (old, node) => {
        if (old.metadata?.uid !== node.metadata?.uid) this.#ages.came(node);
        this.#seen(node);
      },
      onDelete: (node) => {
        this.#ages.gone(node);
        this.#suspects.forget(objectKey(node));
      },
    });
  }

  #seen(node: Node): void {
    if (!isReady(node)) return;
    this.#suspects.forget(objectKey(node));
    if (hasTaint(node, ShutdownTaint)) this.#queue.add(objectKey(node));
  }

  async #monitor(signal: AbortSignal): Promise<void> {
    const { clock, log, monitorPeriodMs } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (error) {
        // A round that failed has moved no evidence; the next one asks anew.
        if (!signal.aborted) log.error('node monitor round failed', { error });
      }
      try {
        await clock.sleep(monitorPeriodMs, { signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    this.#access.beginRound();
    const suspects = this.#nodes().filter((node) => !isReady(node));
    for (const node of this.#ready()) {
      if (hasTaint(node, ShutdownTaint)) this.#queue.add(objectKey(node));
    }
    if (suspects.length === 0) return;
    if (!this.#isSurveying) {
      // A Node whose last look is not over yet is left to it.
      for (const name of suspects.map(objectKey)) if (!this.#busy.has(name)) this.#bring(name);
      return;
    }
    const lookAt = await this.#looks.survey(suspects, this.#ready(), { signal });
    for (const suspect of suspects) {
      const node = this.#stillSuspect(suspect);
      if (node === undefined) continue;
      this.#suspects.looked(node, lookAt(objectKey(node)));
      this.#bring(objectKey(node));
    }
  }

  #bring(name: string): void {
    this.#due.add(name);
    this.#queue.add(name);
  }

  /** Without proof, servers are asked for one by one, as upstream does. */
  get #isSurveying(): boolean {
    return this.#options.proof === 'strict' && this.#looks.canSurvey;
  }

  async #reconcile(name: string, signal: AbortSignal): Promise<void> {
    const isDue = this.#due.delete(name);
    this.#busy.add(name);
    try {
      const read = await this.#reader.read(name, { signal });
      if (read.kind === 'behind' && isDue) this.#due.add(name);
      if (read.kind === 'behind' || read.object === undefined) return;
      const node = read.object;
      if (isReady(node)) await this.#untaint(node, signal);
      else if (isDue) await this.#examine(node, signal);
    } finally {
      this.#busy.delete(name);
    }
  }

  async #untaint(node: Node, signal: AbortSignal): Promise<void> {
    if (await this.#taints.remove(node, signal)) {
      this.#options.log.info('shutdown taint removed', { node: objectKey(node) });
    }
  }

  async #examine(node: Node, signal: AbortSignal): Promise<void> {
    if (!this.#isSurveying) {
      const look = await this.#looks.lookAt(node, { signal });
      const current = this.#stillSuspect(node);
      if (current === undefined) return;
      this.#suspects.looked(current, look);
    }
    const found = this.#decide(node);
    if (found?.decision.why !== 'access') return this.#act(found, signal);
    const access = await this.#access.confirm(this.#ready(), { signal });
    return this.#act(this.#decide(node, access), signal);
  }

  /** From what is known now; `undefined` where it is no longer this Node, or no longer known. */
  #decide(node: Node, access?: Access): Found | undefined {
    const current = this.#stillSuspect(node);
    const suspect = current && this.#suspects.get(current);
    if (current === undefined || suspect === undefined) return undefined;
    const evidence = { ...this.#evidence(current, suspect), access };
    return { node: current, evidence, decision: decide(evidence, this.#options) };
  }

  #evidence(node: Node, { look, agreement }: Suspect): Evidence {
    const { uid = '', deletionTimestamp } = node.metadata ?? {};
    return {
      ready: isReady(node),
      server: look.server,
      keptByUser: isKeptByUser(node),
      beingDeleted: deletionTimestamp !== undefined,
      ageMs: this.#ages.ageMs(node),
      complete: look.complete,
      readAfterCreation: isReadAfter(look, createdBy(node)),
      witness: look.witness,
      agreed: spanOf(agreement?.all),
      witnessed: spanOf(agreement?.witnessed),
      budgetLeft: this.#budget.left(uid),
    };
  }

  async #act(found: Found | undefined, signal: AbortSignal): Promise<void> {
    if (found === undefined) return;
    const { node, decision } = found;
    this.#logDecision(found);
    if (decision.action === 'taint') await this.#taints.add(node, signal);
    if (decision.action === 'delete') await this.#deletion.run(node, signal);
    if (isBlocked(decision)) this.#tellBlocked(node, decision.why);
  }

  #logDecision({ node, evidence, decision }: Found): void {
    const isNews = this.#suspects.isNews(node, decision);
    if (decision.action === 'keep') return;
    const fields = { node: objectKey(node), uid: node.metadata?.uid, ...decision, ...evidence };
    if (isNews) this.#options.log.info('node lifecycle decision', fields);
    else this.#options.log.debug('node lifecycle decision, as before', fields);
  }

  #tellBlocked(node: Node, reason: BlockedReason): void {
    this.#metrics?.deletionsBlocked.inc({ reason });
    if (!this.#suspects.isEventDue(node, reason)) return;
    this.#options.recorder.event(
      node,
      'Warning',
      NodeEventReason.NodeDeletionBlocked,
      blockedMessage(objectKey(node), reason),
    );
  }

  /** The Node as it is known now, where it is the same one and not Ready. */
  #stillSuspect(node: Node): Node | undefined {
    const current = this.#options.nodeInformer.store.get(objectKey(node));
    if (current === undefined || current.metadata?.uid !== node.metadata?.uid) return undefined;
    return isReady(current) ? undefined : current;
  }

  #nodes(): readonly Node[] {
    return this.#options.nodeInformer.store.list();
  }

  #ready(): readonly Node[] {
    return this.#nodes().filter(isReady);
  }
}

interface Found {
  readonly node: Node;
  readonly evidence: Evidence;
  readonly decision: Decision;
}
