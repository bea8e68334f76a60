import type { CallOptions, Lane, Listener, Slb, SlbClient } from '@k8s-ccm/inspur-sdk';
import { isSlbNotAuthorized } from '@k8s-ccm/inspur-sdk';

import { listenerOwner } from './listener-name.ts';
import { describeCallError, describeSlbError } from './load-balancer-errors.ts';
import { addressesOf } from './load-balancer-status.ts';
import { listenersIfAny } from './proven-absence.ts';
import { untilAborted } from './until-aborted.ts';

/** Where in the account Services have listeners. */
export interface SweepResult {
  /** The SLB of every address that the account shows. */
  readonly slbIdByAddress: ReadonlyMap<string, string>;
  /** By the first 8 characters of the Service's UID. */
  readonly slbIdsByOwner: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a sweep calls. */
export type AccountClient = Pick<
  SlbClient,
  'listLoadBalancers' | 'getLoadBalancer' | 'listListeners'
>;

/**
 * Finds listeners that a Service may have anywhere in the account, by their names. Costs one read
 * per SLB, so it is for doubt only; Services in doubt at the same time share one sweep. That is safe:
 * it looks for what earlier processes left, and what this one does is remembered elsewhere.
 */
export class AccountSweep {
  readonly #client: AccountClient;
  readonly #signal: AbortSignal;
  readonly #lane: Lane;
  #running: Promise<SweepResult> | undefined;

  /** `signal` ends the sweep itself, whoever waits for it. */
  constructor(client: AccountClient, signal: AbortSignal, lane: Lane = 'load-balancer') {
    this.#client = client;
    this.#signal = signal;
    this.#lane = lane;
  }

  /** Looks through the account. `signal` ends the waiting. */
  async sweep(signal: AbortSignal): Promise<SweepResult> {
    signal.throwIfAborted();
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined;
    });
    return await untilAborted(this.#running, signal);
  }

  async #sweep(): Promise<SweepResult> {
    const call: CallOptions = { signal: this.#signal, lane: this.#lane };
    const slbs = await this.#listLoadBalancers(call);
    const slbIdsByOwner = new Map<string, Set<string>>();
    const denials: unknown[] = [];
    const look = async ({ slbId }: Slb): Promise<void> => {
      try {
        for (const owner of await this.#ownersOn(slbId, call)) {
          slbIdsByOwner.set(owner, (slbIdsByOwner.get(owner) ?? new Set()).add(slbId));
        }
      } catch (error) {
        if (!isSlbNotAuthorized(error)) throw error;
        denials.push(error);
      }
    };
    const inUse = slbs.filter(({ listenerCount }) => listenerCount !== 0);
    await Promise.all(inUse.map(look));
    // One that is denied is another's, with none of our listeners. Where all are, a right is missing.
    if (denials.length > 0 && denials.length === inUse.length) throw denials[0];
    return {
      slbIdByAddress: new Map(
        slbs.flatMap((slb) => addressesOf(slb).map((address) => [address, slb.slbId] as const)),
      ),
      slbIdsByOwner,
    };
  }

  async #listLoadBalancers(call: CallOptions): Promise<readonly Slb[]> {
    try {
      return (await this.#client.listLoadBalancers({}, call)).slbs;
    } catch (error) {
      throw describeCallError(error, 'all SLBs of the account');
    }
  }

  async #ownersOn(slbId: string, call: CallOptions): Promise<ReadonlySet<string>> {
    try {
      const listeners = await this.#listenersIfAny(slbId, call);
      return new Set(listeners.flatMap(({ listenerName }) => listenerOwner(listenerName) ?? []));
    } catch (error) {
      throw describeSlbError(error, { slbId, annotation: undefined });
    }
  }

  /** What is denied is asked for twice, for one denial may be a fault. */
  async #listenersIfAny(slbId: string, call: CallOptions): Promise<readonly Listener[]> {
    try {
      return await listenersIfAny(this.#client, slbId, call);
    } catch (error) {
      if (!isSlbNotAuthorized(error)) throw error;
      return await listenersIfAny(this.#client, slbId, call);
    }
  }
}
