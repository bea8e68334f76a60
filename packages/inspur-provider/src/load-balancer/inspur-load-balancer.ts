import {
  CloudProviderError,
  defaultLoadBalancerName,
  wantsLoadBalancer,
} from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancer,
  LoadBalancerStatus,
  Logger,
  Node,
  PlannedStep,
  Service,
  ServiceCallOptions,
  ServiceInput,
  ServiceReport,
} from '@k8s-ccm/cloud-provider';
import type { CallOptions, Clock, SlbClient } from '@k8s-ccm/inspur-sdk';
import { ownerId } from '@k8s-ccm/provider-kit';

import { ReportReason } from '../report-reason.ts';
import { serviceOptions } from '../service-options.ts';
import type { ServiceOptions } from '../service-options.ts';
import type { NodeServers } from '../servers/node-servers.ts';
import { isSlbAllowed } from '../slb-id.ts';
import { AccountSurveyor } from './account-surveyor.ts';
import { buildLoadBalancer } from './desired-load-balancer.ts';
import type { BuildResult } from './desired-load-balancer.ts';
import { HostSelector } from './hosts.ts';
import type { HostSelection } from './hosts.ts';
import { applyPlan } from './load-balancer-apply.ts';
import type { ApplyResult } from './load-balancer-apply.ts';
import { PortClashError, SlbNotAllowedError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';
import { changesMembersOnly, planLoadBalancer, planMembersAlone } from './load-balancer-plan.ts';
import type { LoadBalancerPlan } from './load-balancer-plan.ts';
import { statusOf, unusableReason } from './load-balancer-status.ts';
import { memberNotices, memberRetryMs } from './member-notices.ts';
import { asUnread, nothingObserved, slbsInUse } from './observation.ts';
import type { Observation, SlbSighting } from './observation.ts';
import { ObservationMemory } from './observation-memory.ts';
import { Observer } from './observer.ts';
import type { ObserveInput } from './observer.ts';
import { describePlan } from './planned-steps.ts';
import { describeRemains, remainsOf, withoutAbandoned } from './remains.ts';
import { ReportedNotices } from './reported-notices.ts';
import { adviseOnSlbError, combineFailures, isRefusal } from './slb-advice.ts';

/** Options of {@link InspurLoadBalancer}. */
export interface InspurLoadBalancerOptions {
  readonly client: SlbClient;
  /** Finds the servers of Nodes. */
  readonly servers: NodeServers;
  /** Defaults of the Service annotations, from the cloud-config. */
  readonly defaults?: Partial<ServiceOptions>;
  /** `loadBalancer.allowedSlbIds` of the cloud-config. */
  readonly allowedSlbIds?: readonly string[] | undefined;
  /** Ends what several Services share. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Log of work in the background. */
  readonly log: Logger;
}

/** Delay until the controller looks again for what could not be finished, in milliseconds. */
const recheckMs = 60_000;

/** One Service in one call. */
interface Subject {
  readonly service: Service;
  readonly uid: string;
  /** The SLB that the Service names. */
  readonly named: SlbReference;
  readonly call: CallOptions & { readonly signal: AbortSignal };
  readonly options: ServiceCallOptions;
}

/** What a Service asks for, or why that cannot be done. */
type Wish = BuildResult | { readonly error: CloudProviderError };

/**
 * The listeners of Services on existing SLBs, which their annotations name. Every operation builds what
 * is desired, observes what is there, plans the difference and applies it. An SLB itself is never
 * created, changed or deleted; of its listeners, only those that carry the Service's UID are touched.
 */
export class InspurLoadBalancer implements LoadBalancer {
  readonly #options: InspurLoadBalancerOptions;
  readonly #hosts: HostSelector;
  readonly #memory = new ObservationMemory();
  readonly #notices = new ReportedNotices();
  readonly #surveyor: AccountSurveyor;
  readonly #observer: Observer;

  constructor(options: InspurLoadBalancerOptions) {
    this.#options = options;
    this.#hosts = new HostSelector(options.servers);
    this.#surveyor = new AccountSurveyor(options);
    this.#observer = new Observer(options.client, this.#surveyor);
  }

  /** A Service is ours if it names an SLB, be it by an id that is not valid: that must be reported. */
  claims(service: Service): boolean {
    return parseSlbReference(service)?.slbId !== '';
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
    return await advised(async () => {
      const subject = subjectOf(service, options);
      const known = this.#memory.recall(service);
      const isKnown = known !== undefined && slbsInUse(known).length > 0;
      const observation = isKnown ? known : await this.#observeRemoval(subject);
      const [inUse] = slbsInUse(observation);
      if (inUse !== undefined) {
        if (!isKnown) this.#memory.remember(subject.uid, asUnread(observation));
        return inUse.slb === undefined ? (service.status?.loadBalancer ?? {}) : statusOf(inUse.slb);
      }
      this.#requireClean(observation, subject);
      return undefined;
    });
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
    return await advised(async () => {
      const subject = subjectOf(service, options);
      const hosts = await this.#hosts.select(nodes, subject.call);
      const wish = this.#build(service, hosts);
      const observation = await this.#observe(subject, wish);
      const obstacle = this.#obstacleOf(subject, wish, observation.wanted);
      const plan = this.#plan(subject, hosts, wish, observation, obstacle);
      const result = await this.#apply(subject, hosts, plan, observation);
      this.#report(subject, hosts, wish, result);
      throwAny(obstacle, result.failures, plan);
      this.#reportRemains(subject, result);
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
    await advised(async () => {
      const subject = subjectOf(service, options);
      if (!this.claims(service)) return;
      // Nothing of the Service is in the cloud; only `ensure` puts it there, after the finalizer.
      if (this.#memory.recall(service) === nothingObserved) return;
      const hosts = await this.#hosts.select(nodes, subject.call);
      const wish = this.#build(service, hosts);
      if (await this.#updateFromMemory(subject, hosts, wish)) return;

      const observation = await this.#observe(subject, wish);
      const isAlive =
        wantsLoadBalancer(service) && service.metadata?.deletionTimestamp === undefined;
      const obstacle = this.#obstacleOf(subject, wish, observation.wanted);
      const plan = isAlive
        ? this.#plan(subject, hosts, wish, observation, obstacle)
        : planMembersAlone(service, hosts, observation, { uid: subject.uid, retryRefused: true });
      const steps = plan.steps.filter(({ stage }) => stage !== 'leave');
      const result = await this.#apply(subject, hosts, { ...plan, steps }, observation);
      this.#report(subject, hosts, wish, result);
      throwAny(obstacle, result.failures);
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
    await advised(async () => {
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
    return await advised(async () => {
      const subject = subjectOf(service, options);
      const hosts = await this.#hosts.select(nodes, subject.call);
      const wish = this.#build(service, hosts);
      const observation = await this.#observe(subject, wish);
      const obstacle = this.#obstacleOf(subject, wish, observation.wanted);
      return describePlan(this.#plan(subject, hosts, wish, observation, obstacle));
    });
  }

  #build(service: Service, members: HostSelection): Wish {
    try {
      return buildLoadBalancer({ service, members, defaults: this.#options.defaults ?? {} });
    } catch (error) {
      if (error instanceof CloudProviderError) return { error };
      throw error;
    }
  }

  async #observe(subject: Subject, wish: Wish): Promise<Observation> {
    const isPossible = !('error' in wish) && this.#isAllowed(subject.named);
    return await this.#look(subject, {
      readsNamed: isPossible,
      readsMembers: true,
      readsMembersElsewhere: (wanted) => this.#obstacleOf(subject, wish, wanted) !== undefined,
      needsProof: false,
    });
  }

  async #observeRemoval(subject: Subject): Promise<Observation> {
    return await this.#look(subject, {
      readsNamed: false,
      readsMembers: false,
      readsMembersElsewhere: () => false,
      needsProof: true,
    });
  }

  async #look(
    { call, named, service }: Subject,
    input: Omit<ObserveInput, 'service' | 'named' | 'known'>,
  ): Promise<Observation> {
    const known = this.#memory.recall(service);
    const observation = await this.#observer.observe({ service, named, known, ...input }, call);
    return withoutAbandoned(observation, abandonedSlbs(service));
  }

  /** Why what the Service asks for cannot be done on the SLB that it names; `undefined` if it can. */
  #obstacleOf({ named }: Subject, wish: Wish, wanted: SlbSighting | undefined): Error | undefined {
    if ('error' in wish) return wish.error;
    if (named.slbId === '') return undefined;
    if (!this.#isAllowed(named)) return new SlbNotAllowedError(named);
    if (wanted?.kind === 'hidden' || wanted?.kind === 'gone') return wanted.error;
    return wanted?.kind === 'seen' && wanted.slb !== undefined
      ? unusableReason(wanted.slb)
      : undefined;
  }

  #isAllowed({ slbId }: SlbReference): boolean {
    return slbId === '' || isSlbAllowed(this.#options.allowedSlbIds, slbId);
  }

  #plan(
    { service, uid }: Subject,
    hosts: HostSelection,
    wish: Wish,
    observation: Observation,
    obstacle: Error | undefined,
  ): LoadBalancerPlan {
    const options = { uid, retryRefused: true };
    return 'error' in wish || obstacle !== undefined
      ? planMembersAlone(service, hosts, observation, options)
      : planLoadBalancer(wish.desired, observation, options);
  }

  /** Whether the members could be brought up to date by what is remembered. */
  async #updateFromMemory(subject: Subject, hosts: HostSelection, wish: Wish): Promise<boolean> {
    const { named, options, service, uid } = subject;
    const known = this.#memory.recall(service);
    if (known?.slbs.get(named.slbId)?.kind !== 'seen') return false;
    if ('error' in wish || !this.#isAllowed(named)) return false;
    const plan = planLoadBalancer(wish.desired, known, { uid, retryRefused: false });
    const steps = plan.steps.filter(({ stage }) => stage !== 'leave');
    if (!changesMembersOnly({ ...plan, steps })) return false;
    const result = await this.#apply(subject, hosts, { ...plan, steps }, known);
    if (result.failures.length === 0 && !hasNewRefusal(known, result.observation)) {
      this.#report(subject, hosts, wish, result);
      return true;
    }
    const error = combineFailures(result.failures);
    if (result.failures.length > 0 && !isRefusal(error)) throw error;
    options.log.info('what was remembered of a load balancer is out of date', { error });
    return false;
  }

  async #apply(
    { call, options, uid }: Subject,
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

  async #remove(subject: Subject, observation: Observation): Promise<void> {
    const slb = { slbId: '', annotation: undefined };
    const nothing = { slb, listeners: [], members: { hosts: [], isComplete: true } };
    const plan = planLoadBalancer(nothing, observation, { uid: subject.uid, retryRefused: false });
    // Members were not read, so what remains must be read again.
    const result = await this.#apply(subject, { hosts: [] }, plan, observation);
    this.#memory.remember(subject.uid, asUnread(observation));
    if (result.leftovers.length > 0) throw combineFailures(result.leftovers);
  }

  /** Forgets the Service, unless listeners of it may remain somewhere. */
  #requireClean(observation: Observation, { service, uid }: Subject): void {
    const remains = remainsOf(observation);
    if (remains !== undefined) throw remains;
    this.#memory.rememberClean(service.metadata?.uid ?? '');
    this.#notices.forget(uid);
  }

  #report(
    { options, uid }: Subject,
    hosts: HostSelection,
    wish: Wish,
    { failures, observation }: ApplyResult,
  ): void {
    const notices = [
      ...('error' in wish ? [] : wish.notices),
      ...hosts.notices,
      ...memberNotices(observation, hosts.hosts),
    ];
    const isWhole = failures.length === 0 && !('error' in wish);
    this.#notices.report(uid, notices, { isWhole, report: options.report });
    const retryMs = memberRetryMs(observation, hosts.hosts);
    if (retryMs !== undefined) options.requeueAfter?.(retryMs);
    if (!hosts.isComplete) options.requeueAfter?.(recheckMs);
  }

  /** Tells of listeners that remain elsewhere, and sees that they are looked for. */
  #reportRemains({ named, options, uid }: Subject, { leftovers, observation }: ApplyResult): void {
    const remains = remainsOf(observation, named.slbId);
    const failures = [...leftovers.map(adviseOnSlbError), ...(remains ? [remains] : [])];
    if (failures.length > 0 && named.slbId === '') throw combineFailures(failures);
    for (const failure of failures) options.report(cleanupPending(describeRemains(failure)));
    if (failures.length > 0) options.requeueAfter?.(recheckMs);
    if (observation.certainty !== 'assumed') return;
    this.#surveyor.schedule({
      owner: ownerId(uid),
      isKnown: (slbId) => this.#memory.mentions(uid, slbId),
      onFound: () => options.requeueAfter?.(0),
    });
  }
}

function subjectOf(service: Service, options: ServiceCallOptions): Subject {
  return {
    service,
    uid: service.metadata?.uid ?? '',
    named: slbReferenceOf(service),
    call: { signal: options.signal, lane: 'load-balancer' },
    options,
  };
}

/** Gives failures their advice where they leave the provider. */
async function advised<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw adviseOnSlbError(error);
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

function hasNewRefusal(before: Observation, after: Observation): boolean {
  return refusedCount(after) > refusedCount(before);
}

function refusedCount(observation: Observation): number {
  return slbsInUse(observation)
    .flatMap(({ owned }) => owned)
    .reduce((sum, { refused }) => sum + refused.size, 0);
}

function cleanupPending(message: string): ServiceReport {
  return { type: 'Warning', reason: ReportReason.CleanupPending, message };
}

/** The SLB that a Service names; an id that is not valid names none. */
function slbReferenceOf(service: Service): SlbReference {
  return parseSlbReference(service) ?? { slbId: '', annotation: undefined };
}

/** `undefined` if the annotation does not hold an id. */
function parseSlbReference(service: Service): SlbReference | undefined {
  try {
    const { key, value } = serviceOptions.parseOne('slbId', service.metadata?.annotations);
    return { slbId: value, annotation: key };
  } catch (error) {
    if (error instanceof CloudProviderError) return undefined;
    throw error;
  }
}

/** The SLBs that the user gave up. A value that is not valid gives up none. */
function abandonedSlbs(service: Service): readonly string[] {
  try {
    return serviceOptions.parseOne('abandon', service.metadata?.annotations).value;
  } catch (error) {
    if (error instanceof CloudProviderError) return [];
    throw error;
  }
}
