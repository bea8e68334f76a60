import { defaultLoadBalancerName, wantsLoadBalancer } from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  LoadBalancerStatus,
  Logger,
  Node,
  PlannedStep,
  Service,
  ServiceCallOptions,
  ServiceInput,
} from '@k8s-ccm/cloud-provider';
import type { Clock, SlbClient } from '@k8s-ccm/inspur-sdk';
import { ownerId } from '@k8s-ccm/provider-kit';

import type { NodeServers } from '../servers/node-servers.ts';
import { AccountSurveyor } from './account-surveyor.ts';
import { HostSelector } from './hosts.ts';
import type { HostSelection } from './hosts.ts';
import { applyPlan } from './load-balancer-apply.ts';
import type { ApplyResult } from './load-balancer-apply.ts';
import { PortClashError } from './load-balancer-errors.ts';
import { changesMembersOnly, planLoadBalancer, planMembersAlone } from './load-balancer-plan.ts';
import type { LoadBalancerPlan } from './load-balancer-plan.ts';
import { statusOf } from './load-balancer-status.ts';
import { asUnread, hasNewRefusal, nothingObserved, slbsInUse } from './observation.ts';
import type { Observation, SeenSlb } from './observation.ts';
import { ObservationMemory } from './observation-memory.ts';
import { Observer } from './observer.ts';
import type { ObserveInput } from './observer.ts';
import { describePlan } from './planned-steps.ts';
import { remainsOf, withoutAbandoned } from './remains.ts';
import { ServiceReports } from './service-reports.ts';
import { namesSlb, slbReferenceOf, subjectOf } from './service-subject.ts';
import type { ServiceSubject } from './service-subject.ts';
import { combineFailures, isRefusal, withAdvice } from './slb-advice.ts';
import { obstacleTo, planWish, readWish } from './wish.ts';
import type { Wish, WishRules } from './wish.ts';

/** Options of {@link InspurLoadBalancer}. */
export interface InspurLoadBalancerOptions extends WishRules {
  readonly client: SlbClient;
  /** Finds the servers of Nodes. */
  readonly servers: NodeServers;
  /** Ends what several Services share. */
  readonly signal: AbortSignal;
  /** Ends work in the background, before `signal` does. Default: `signal`. */
  readonly background?: AbortSignal;
  readonly clock: Clock;
  /** Log of work in the background. */
  readonly log: Logger;
}

/**
 * The listeners of Services on existing SLBs, which their annotations name. Every operation builds what
 * is desired, observes what is there, plans the difference and applies it. An SLB itself is never
 * created, changed or deleted; of its listeners, only those that carry the Service's UID are touched.
 */
export class InspurLoadBalancer implements LoadBalancer {
  readonly #options: InspurLoadBalancerOptions;
  readonly #hosts: HostSelector;
  readonly #memory = new ObservationMemory();
  readonly #reports = new ServiceReports();
  readonly #surveyor: AccountSurveyor;
  readonly #observer: Observer;

  constructor(options: InspurLoadBalancerOptions) {
    this.#options = options;
    this.#hosts = new HostSelector(options.servers);
    this.#surveyor = new AccountSurveyor(options);
    this.#observer = new Observer(options.client, this.#surveyor);
  }

  /** A Service is ours if it names an SLB. */
  claims(service: Service): boolean {
    return namesSlb(service);
  }

  /** Returns the id of the SLB; if the Service names none, upstream's default name. */
  getName(_clusterName: string, service: Service): string {
    return slbReferenceOf(service).slbId || defaultLoadBalancerName(service);
  }

  hostKey(node: Node): string {
    return this.#hosts.keyOf(node);
  }

  /**
   * Returns a status while a listener of the Service may be anywhere. Makes no call if this process
   * created one.
   *
   * @throws OwnershipDoubtError if listeners may remain on an SLB that cannot be read
   */
  async get(
    { service }: Pick<ServiceInput, 'clusterName' | 'service'>,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus | undefined> {
    return await withAdvice(async () => {
      const subject = subjectOf(service, options);
      const known = this.#memory.recall(service);
      const isKnown = known !== undefined && slbsInUse(known).length > 0;
      const observation = isKnown ? known : await this.#observeRemoval(subject);
      const [inUse] = slbsInUse(observation);
      if (inUse !== undefined) {
        if (!isKnown) this.#memory.remember(subject.uid, asUnread(observation));
        return await this.#statusOf(inUse, subject);
      }
      this.#requireClean(observation, subject);
      return undefined;
    });
  }

  /**
   * Returns the addresses of an SLB that carries listeners; none if they cannot be read. Not what the
   * Service shows: another implementation may have written that.
   */
  async #statusOf(
    { slb, slbId }: SeenSlb,
    { call, options }: ServiceSubject,
  ): Promise<LoadBalancerStatus> {
    if (slb !== undefined) return statusOf(slb);
    try {
      return statusOf(await this.#options.client.getLoadBalancer(slbId, call));
    } catch (error) {
      call.signal.throwIfAborted();
      options.log.warn('cannot read the addresses of a load balancer', { slbId, error });
      return {};
    }
  }

  /**
   * Makes the SLB what the Service asks for, then removes the Service's listeners from other SLBs. If
   * the Service's wishes cannot be followed, the members of its listeners still follow the Nodes.
   *
   * @throws OptionError, UnsupportedServiceError, SlbNotAllowedError
   * @throws SlbUnavailableError, PortClashError, SlbCallError, RetryAfterError
   */
  async ensure(
    { service, nodes }: ServiceInput,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus> {
    return await withAdvice(async () => {
      const subject = subjectOf(service, options);
      const hosts = await this.#hosts.select(nodes, subject.call);
      const wish = readWish(subject, hosts, this.#options);
      const observation = await this.#observe(subject, wish);
      const plan = planWish(subject, hosts, wish, observation);
      const result = await this.#apply(subject, hosts, plan, observation);
      this.#reports.report(subject, hosts, wish, result);
      throwAny(obstacleTo(wish, observation.wanted), result.failures, plan);
      this.#reports.reportRemains(subject, result);
      this.#searchLater(subject, result);
      return observation.wanted?.kind === 'seen' && observation.wanted.slb !== undefined
        ? statusOf(observation.wanted.slb)
        : {};
    });
  }

  /**
   * Brings the members up to date. If the listeners are as this process left them, that takes one write
   * for each and no read; if the cloud refuses a write, everything is observed and corrected.
   */
  async update({ service, nodes }: ServiceInput, options: ServiceCallOptions): Promise<void> {
    await withAdvice(async () => {
      const subject = subjectOf(service, options);
      if (!this.claims(service)) return;
      // Nothing of the Service is in the cloud; only `ensure` puts it there, after the finalizer.
      if (this.#memory.recall(service) === nothingObserved) return;
      const hosts = await this.#hosts.select(nodes, subject.call);
      const wish = readWish(subject, hosts, this.#options);
      if (await this.#updateFromMemory(subject, hosts, wish)) return;

      const observation = await this.#observe(subject, wish);
      const isAlive =
        wantsLoadBalancer(service) && service.metadata?.deletionTimestamp === undefined;
      const plan = isAlive
        ? planWish(subject, hosts, wish, observation)
        : planMembersAlone(service, hosts, observation, { uid: subject.uid, retryRefused: true });
      const result = await this.#apply(subject, hosts, withoutLeaving(plan), observation);
      this.#reports.report(subject, hosts, wish, result);
      throwAny(obstacleTo(wish, observation.wanted), result.failures);
    });
  }

  /**
   * Removes the listeners of the Service wherever they are. The SLB stays, and so do all listeners of
   * others.
   *
   * @throws OwnershipDoubtError if listeners may remain on an SLB that cannot be read
   */
  async ensureDeleted(
    { service }: Pick<ServiceInput, 'clusterName' | 'service'>,
    options: ServiceCallOptions,
  ): Promise<void> {
    await withAdvice(async () => {
      const subject = subjectOf(service, options);
      const observation = await this.#observeRemoval(subject);
      await this.#remove(subject, observation);
      this.#requireClean(observation, subject);
    });
  }

  /** Returns the steps that {@link InspurLoadBalancer.ensure} would take now. Only reads. */
  async plan(
    { service, nodes }: ServiceInput,
    options: ServiceCallOptions,
  ): Promise<readonly PlannedStep[]> {
    return await withAdvice(async () => {
      const subject = subjectOf(service, options);
      const hosts = await this.#hosts.select(nodes, subject.call);
      const wish = readWish(subject, hosts, this.#options);
      const observation = await this.#observe(subject, wish);
      return describePlan(planWish(subject, hosts, wish, observation));
    });
  }

  async #observe(subject: ServiceSubject, wish: Wish): Promise<Observation> {
    return await this.#look(subject, {
      readsNamed: wish.error === undefined,
      readsMembers: true,
      readsMembersElsewhere: (wanted) => obstacleTo(wish, wanted) !== undefined,
      needsProof: false,
    });
  }

  async #observeRemoval(subject: ServiceSubject): Promise<Observation> {
    return await this.#look(subject, {
      readsNamed: false,
      readsMembers: false,
      readsMembersElsewhere: () => false,
      needsProof: true,
    });
  }

  async #look(
    { abandoned, call, named, service }: ServiceSubject,
    input: Omit<ObserveInput, 'service' | 'named' | 'known'>,
  ): Promise<Observation> {
    const known = this.#memory.recall(service);
    const observation = await this.#observer.observe({ service, named, known, ...input }, call);
    return withoutAbandoned(observation, abandoned);
  }

  /** Whether the members could be brought up to date by what is remembered. */
  async #updateFromMemory(
    subject: ServiceSubject,
    hosts: HostSelection,
    wish: Wish,
  ): Promise<boolean> {
    const { named, options, service, uid } = subject;
    const known = this.#memory.recall(service);
    if (wish.error !== undefined || known?.slbs.get(named.slbId)?.kind !== 'seen') return false;
    const plan = withoutLeaving(
      planLoadBalancer(wish.desired, known, { uid, retryRefused: false }),
    );
    if (!changesMembersOnly(plan)) return false;
    const result = await this.#apply(subject, hosts, plan, known);
    if (result.failures.length === 0 && !hasNewRefusal(known, result.observation)) {
      this.#reports.report(subject, hosts, wish, result);
      return true;
    }
    const error = combineFailures(result.failures);
    if (result.failures.length > 0 && !isRefusal(error)) throw error;
    options.log.info('what was remembered of a load balancer is out of date', { error });
    return false;
  }

  async #apply(
    { call, options, uid }: ServiceSubject,
    { hosts }: Pick<HostSelection, 'hosts'>,
    plan: LoadBalancerPlan,
    observation: Observation,
  ): Promise<ApplyResult> {
    if (plan.steps.length === 0) {
      this.#memory.remember(uid, observation, hosts);
      return { observation, failures: [], leftovers: [] };
    }
    const slbIds = [...new Set(plan.steps.map(({ slbId }) => slbId))];
    options.log.debug('changing a load balancer', { slbIds, steps: describePlan(plan) });
    // Until it is known how this ends, all of these SLBs may carry anything.
    this.#memory.remember(uid, asUnread(observation));
    const result = await applyPlan(this.#options.client, plan, observation, call);
    this.#memory.remember(uid, result.observation, hosts);
    if (result.failures.length === 0) options.log.info('load balancer changed', { slbIds });
    return result;
  }

  async #remove(subject: ServiceSubject, observation: Observation): Promise<void> {
    const slb = { slbId: '', annotation: undefined };
    const nothing = { slb, listeners: [], members: { hosts: [], isComplete: true } };
    const plan = planLoadBalancer(nothing, observation, { uid: subject.uid, retryRefused: false });
    // Members were not read, so what remains must be read again.
    const result = await this.#apply(subject, { hosts: [] }, plan, observation);
    this.#memory.remember(subject.uid, asUnread(observation));
    if (result.leftovers.length > 0) throw combineFailures(result.leftovers);
  }

  /** Forgets the Service, unless listeners of it may remain somewhere. */
  #requireClean(observation: Observation, { uid }: ServiceSubject): void {
    const remains = remainsOf(observation);
    if (remains !== undefined) throw remains;
    this.#memory.rememberClean(uid);
    this.#reports.forget(uid);
  }

  /** Searches the account in the background if it is only assumed that nothing is left elsewhere. */
  #searchLater({ options, uid }: ServiceSubject, { observation }: ApplyResult): void {
    if (observation.certainty !== 'assumed') return;
    this.#surveyor.schedule({
      owner: ownerId(uid),
      isKnown: (slbId) => this.#memory.mentions(uid, slbId),
      onFound: () => options.requeueAfter?.(0),
    });
  }
}

function throwAny(
  obstacle: Error | undefined,
  failures: readonly unknown[],
  { clashes }: Pick<LoadBalancerPlan, 'clashes'> = { clashes: [] },
): void {
  const errors = [
    ...(obstacle === undefined ? [] : [obstacle]),
    ...failures,
    ...(clashes.length === 0 ? [] : [new PortClashError(clashes)]),
  ];
  if (errors.length > 0) throw combineFailures(errors);
}

/** Leaving other SLBs is the part of `ensure`. */
function withoutLeaving({ clashes, steps }: LoadBalancerPlan): LoadBalancerPlan {
  return { clashes, steps: steps.filter(({ stage }) => stage !== 'leave') };
}
