import {
  errorText,
  hasLoadBalancerFinalizer,
  LoadBalancerCleanupFinalizer,
  wantsLoadBalancer,
} from '@k8s-ccm/cloud-provider';
import type { Node, PlannedStep, Service } from '@k8s-ccm/cloud-provider';

import type { ServiceActor } from '../src/testing/service-actor.ts';
import type { LocalProcess } from './local-process.ts';

/** How a try of the service controller for one Service ended. */
export interface Ending {
  readonly kind: 'ensured' | 'updated' | 'released' | 'left-alone' | 'failed';
  /** The text of the failure; empty if there was none. */
  readonly error: string;
  /** What was reported in this try, as text. */
  readonly reports: readonly string[];
}

/** Does for one Service what the service controller does, with one process after another. */
export class ServiceLoop {
  readonly actor: ServiceActor;
  #process: LocalProcess;
  #told: string[] = [];
  #hasTried = false;

  constructor(actor: ServiceActor, process: LocalProcess) {
    this.actor = actor;
    this.#process = process;
  }

  get process(): LocalProcess {
    return this.#process;
  }

  /** All that the current process reported, as text. */
  get told(): readonly string[] {
    return this.#told;
  }

  /** Puts another process to work. */
  handOver(process: LocalProcess): void {
    this.#process = process;
    this.#told = [];
    this.#hasTried = false;
  }

  /** A whole try: ensures, or cleans up if the Service does not ask for a load balancer here. */
  async sync(nodes: readonly Node[]): Promise<Ending> {
    const { loadBalancer } = this.#process;
    this.#hasTried = true;
    return await this.#attempt(async () => {
      const { service } = this.actor;
      if (isReleased(service)) return 'left-alone';
      const isAlive =
        wantsLoadBalancer(service) && service.metadata?.deletionTimestamp === undefined;
      if (isAlive && loadBalancer.claims?.(service) !== false) {
        await this.actor.ensure(loadBalancer, nodes);
        return 'ensured';
      }
      if (!hasLoadBalancerFinalizer(service)) return 'left-alone';
      await this.actor.release(loadBalancer);
      return 'released';
    });
  }

  /** Brings the hosts up to date, unless there was no whole try yet; a whole try if that fails. */
  async updateHosts(nodes: readonly Node[]): Promise<Ending> {
    const { loadBalancer } = this.#process;
    const { service } = this.actor;
    const isAlive = wantsLoadBalancer(service) && service.metadata?.deletionTimestamp === undefined;
    if (!isAlive || !this.#hasTried) return { kind: 'left-alone', error: '', reports: [] };
    const ending = await this.#attempt(async () => {
      await this.actor.update(loadBalancer, nodes);
      return 'updated';
    });
    return ending.kind === 'failed' ? await this.sync(nodes) : ending;
  }

  /** What `ensure` would do now, by this process or another one. */
  async plan(nodes: readonly Node[], process = this.#process): Promise<readonly PlannedStep[]> {
    const { actor } = this;
    const reports = actor.reports.length;
    const { loadBalancer } = process;
    const input = { clusterName: 'kubernetes', service: actor.service, nodes };
    const steps = (await loadBalancer.plan?.(input, actor.options())) ?? [];
    if (actor.reports.length > reports) throw new Error('plan() reports something');
    return steps;
  }

  async #attempt(work: () => Promise<Exclude<Ending['kind'], 'failed'>>): Promise<Ending> {
    const { reports } = this.actor;
    const earlier = reports.length;
    const ended = async (): Promise<Pick<Ending, 'kind' | 'error'>> => {
      try {
        return { kind: await work(), error: '' };
      } catch (error) {
        return { kind: 'failed', error: errorText(error) };
      }
    };
    const ending = await ended();
    const fresh = reports.slice(earlier).map(({ message }) => message);
    this.#told.push(...fresh);
    return { ...ending, reports: fresh };
  }
}

/** Whether the API server has removed the Service, because the last finalizer went after its deletion. */
export function isReleased({ metadata }: Service): boolean {
  return (
    metadata?.deletionTimestamp !== undefined &&
    metadata.finalizers?.includes(LoadBalancerCleanupFinalizer) !== true
  );
}
