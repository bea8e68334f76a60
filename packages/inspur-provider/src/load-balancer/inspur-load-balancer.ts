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
} from '@k8s-ccm/cloud-provider';
import type { CallOptions, Clock, SlbClient } from '@k8s-ccm/inspur-sdk';
import { ownerId } from '@k8s-ccm/provider-kit';

import { serviceOptions } from '../service-options.ts';
import type { ServiceOptions } from '../service-options.ts';
import { buildLoadBalancer } from './desired-load-balancer.ts';
import type { DesiredLoadBalancer } from './desired-load-balancer.ts';
import { hostKeyOf } from './hosts.ts';
import { AccountSweep } from './account-sweep.ts';
import { applyPlan, throwFailures } from './load-balancer-apply.ts';
import { isRefusal, PortClashError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';
import {
  isEmptyPlan,
  membersOnly,
  planLoadBalancer,
  touchesMembersOnly,
} from './load-balancer-plan.ts';
import type { LoadBalancerPlan } from './load-balancer-plan.ts';
import { statusOf } from './load-balancer-status.ts';
import { observeLoadBalancer } from './observed-load-balancer.ts';
import type { Observation, ObservedLoadBalancer } from './observed-load-balancer.ts';
import { LeftoverRepair } from './leftover-repair.ts';
import { OwnedListeners } from './owned-listeners.ts';
import { describePlan, describeRemoval } from './planned-steps.ts';
import { recallListeners, rememberListeners, reportOnce, ServiceMemory } from './service-memory.ts';
import type { ServiceRecord } from './service-memory.ts';
import { untilAborted } from './until-aborted.ts';

/** What {@link InspurLoadBalancer} works with. */
export interface InspurLoadBalancerOptions {
  readonly client: SlbClient;
  /** Defaults of the Service annotations, from the cloud-config. */
  readonly defaults?: Partial<ServiceOptions>;
  /** Ends what is shared by several Services. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** For what is done in the background. */
  readonly log: Logger;
}

/**
 * The listeners of Services on existing SLBs that their annotations name: build what is to be, observe
 * what is, plan the difference, apply it. Everything up to the plan is pure. An SLB itself is never
 * made, changed or deleted, and of its listeners only those that carry the Service's UID are touched.
 */
export class InspurLoadBalancer implements LoadBalancer {
  readonly #client: SlbClient;
  readonly #defaults: Partial<ServiceOptions>;
  readonly #memory = new ServiceMemory();
  readonly #owned: OwnedListeners;
  readonly #leftovers: LeftoverRepair;

  constructor({ client, defaults = {}, signal, clock, log }: InspurLoadBalancerOptions) {
    this.#client = client;
    this.#defaults = defaults;
    this.#owned = new OwnedListeners(client, signal);
    const sweep = new AccountSweep(client, signal, 'repair');
    this.#leftovers = new LeftoverRepair({ sweep, owned: this.#owned, clock, log, signal });
  }

  /** The SLB's id; upstream's default name where the Service names no SLB. */
  getName(_clusterName: string, service: Service): string {
    return slbReferenceOf(service).slbId || defaultLoadBalancerName(service);
  }

  hostKey(node: Node): string {
    return hostKeyOf(node);
  }

  /**
   * Exists while a listener of the Service may stand anywhere. What this process left there is
   * believed without a call.
   *
   * @throws OwnershipDoubtError where listeners may be left on an SLB that cannot be seen
   */
  async get(
    { service }: Pick<ServiceInput, 'clusterName' | 'service'>,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus | undefined> {
    const record = this.#memory.of(service);
    if (record.known !== undefined && record.known.listeners.length > 0) return record.known.status;
    const call = callOptions(options);
    await this.#owned.locate(service, slbReferenceOf(service), record, call);
    for (const slbId of record.slbIds) {
      const listeners = await this.#owned.on(slbId, ownerOf(service), call);
      if (listeners.length > 0) return statusOf(await this.#owned.slb(slbId, call));
    }
    this.#memory.clean(service);
    return undefined;
  }

  /**
   * Makes the SLB what the Service asks for, then removes the Service's listeners from any other.
   *
   * @throws OptionError, UnsupportedServiceError before any call
   * @throws SlbUnavailableError, PortClashError, SlbCallError, RetryAfterError
   */
  async ensure(
    { service, nodes }: ServiceInput,
    options: ServiceCallOptions,
  ): Promise<LoadBalancerStatus> {
    const { desired, notices } = buildLoadBalancer({ service, nodes, defaults: this.#defaults });
    const record = this.#memory.of(service);
    reportOnce(record, notices, options);
    const call = callOptions(options);
    const { slbId } = desired.slb;
    await this.#aim(record, slbId, options);
    if (slbId === '') {
      await this.#owned.locate(service, desired.slb, record, call);
      await this.#leave(service, record, call, options);
      return {};
    }
    const { slb, state } = await this.#observe(desired, call);
    const plan = planLoadBalancer(desired, state);
    await this.#apply(desired, plan, statusOf(slb), record, options);
    if (plan.clashes.length > 0) throw new PortClashError(plan.clashes);
    await this.#owned.locate(service, desired.slb, record, call, slb);
    await this.#leave(service, record, call, options, slbId);
    if (record.assumed) {
      record.assumed = false;
      this.#leftovers.lookAfter(desired.owner, record, options.signal);
    }
    return statusOf(slb);
  }

  /**
   * Brings the members up to date. Where the listeners are as this process left them, that is one
   * write for each and no read; where the cloud refuses it, one looks and puts everything right.
   */
  async update({ service, nodes }: ServiceInput, options: ServiceCallOptions): Promise<void> {
    const { desired, notices } = buildLoadBalancer({ service, nodes, defaults: this.#defaults });
    if (desired.slb.slbId === '') return;
    const record = this.#memory.of(service);
    reportOnce(record, notices, options);
    await this.#aim(record, desired.slb.slbId, options);
    if (await this.#updateFromMemory(desired, record, options)) return;

    const { slb, state } = await this.#observe(desired, callOptions(options));
    const plan = planLoadBalancer(desired, state);
    const alive = wantsLoadBalancer(service) && service.metadata?.deletionTimestamp === undefined;
    await this.#apply(desired, alive ? plan : membersOnly(plan), statusOf(slb), record, options);
  }

  /**
   * Removes the Service's listeners wherever they are. The SLB stays, and so do all others' listeners.
   *
   * @throws OwnershipDoubtError where listeners may be left on an SLB that cannot be seen
   */
  async ensureDeleted(
    { service }: Pick<ServiceInput, 'clusterName' | 'service'>,
    options: ServiceCallOptions,
  ): Promise<void> {
    const record = this.#memory.of(service);
    const call = callOptions(options);
    await this.#aim(record, '', options);
    await this.#owned.locate(service, slbReferenceOf(service), record, call);
    await this.#leave(service, record, call, options);
    this.#memory.clean(service);
  }

  /** What {@link InspurLoadBalancer.ensure} would do now. Only reads. */
  async plan(
    { service, nodes }: ServiceInput,
    options: ServiceCallOptions,
  ): Promise<readonly PlannedStep[]> {
    const { desired } = buildLoadBalancer({ service, nodes, defaults: this.#defaults });
    const { slbId } = desired.slb;
    const record = this.#memory.of(service);
    const call = callOptions(options);
    const observation = slbId === '' ? undefined : await this.#observe(desired, call);
    await this.#owned.locate(service, desired.slb, record, call, observation?.slb);
    const left = [...record.slbIds].filter((other) => other !== slbId);
    const removals = await Promise.all(
      left.map((other) => this.#owned.on(other, desired.owner, call)),
    );
    return [
      ...(observation === undefined
        ? []
        : describePlan(planLoadBalancer(desired, observation.state))),
      ...removals.flat().map(describeRemoval),
    ];
  }

  /** Says where the Service is to be, and waits for what is being removed from elsewhere. */
  async #aim(record: ServiceRecord, slbId: string, { signal }: ServiceCallOptions): Promise<void> {
    record.target = slbId;
    if (record.repair !== undefined) await untilAborted(record.repair, signal);
  }

  async #observe(desired: DesiredLoadBalancer, call: CallOptions): Promise<Observation> {
    return await observeLoadBalancer(this.#client, desired.slb, desired.owner, call);
  }

  /** True where the members were brought up to date on the strength of what was last seen. */
  async #updateFromMemory(
    desired: DesiredLoadBalancer,
    record: ServiceRecord,
    options: ServiceCallOptions,
  ): Promise<boolean> {
    const { known } = record;
    if (known === undefined || known.slbId !== desired.slb.slbId) return false;
    const state: ObservedLoadBalancer = recallListeners(known);
    const plan = planLoadBalancer(desired, state);
    if (!touchesMembersOnly(plan)) return false;
    try {
      await this.#apply(desired, plan, known.status, record, options);
      return true;
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isRefusal(error)) throw error;
      options.log.info('what was last seen of a load balancer is out of date', { error });
      return false;
    }
  }

  async #apply(
    desired: DesiredLoadBalancer,
    plan: LoadBalancerPlan,
    status: LoadBalancerStatus,
    record: ServiceRecord,
    options: ServiceCallOptions,
  ): Promise<void> {
    const { slbId } = plan;
    record.slbIds.add(slbId);
    record.known = undefined;
    const idle = isEmptyPlan(plan);
    if (!idle) {
      options.log.debug('changing a load balancer', { slbId, steps: describePlan(plan) });
    }
    const result = await applyPlan(this.#client, plan, callOptions(options));
    const listeners = result && rememberListeners(result, desired.hosts);
    if (listeners !== undefined) record.known = { slbId, status, listeners };
    if (!idle) options.log.info('load balancer changed', { slbId });
  }

  /** Removes the Service's listeners from every SLB that may hold any, save the one to stay on. */
  async #leave(
    service: Service,
    record: ServiceRecord,
    call: CallOptions,
    { log }: ServiceCallOptions,
    stayOn?: string,
  ): Promise<void> {
    const left = [...record.slbIds].filter((slbId) => slbId !== stayOn);
    if (left.length === 0) return;
    if (stayOn === undefined) record.known = undefined;
    throwFailures(
      await Promise.allSettled(
        left.map(async (slbId) => {
          await this.#owned.remove(slbId, ownerOf(service), call);
          record.slbIds.delete(slbId);
          log.info('listeners removed from a load balancer', { slbId });
        }),
      ),
    );
  }
}

function callOptions({
  signal,
}: ServiceCallOptions): CallOptions & { readonly signal: AbortSignal } {
  return { signal, lane: 'load-balancer' };
}

function ownerOf(service: Service): string {
  return ownerId(service.metadata?.uid ?? '');
}

/** The SLB that a Service names, for work that must go on whatever stands in its annotations. */
function slbReferenceOf(service: Service): SlbReference {
  try {
    const { key, value } = serviceOptions.parseOne('slbId', service.metadata?.annotations);
    return { slbId: value, annotation: key };
  } catch (error) {
    // What is not an id names no SLB; where listeners may be is then found without it.
    if (error instanceof CloudProviderError) return { slbId: '', annotation: undefined };
    throw error;
  }
}
