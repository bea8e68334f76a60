import type { CallOptions, Slb, SlbClient } from '@k8s-ccm/inspur-sdk';
import { isSlbNotAuthorized, isSlbNotFound } from '@k8s-ccm/inspur-sdk';

import { listenerOwner } from './listener-name.ts';
import { addressesOf } from './load-balancer-status.ts';

/** Where in the account Services have listeners. */
export interface SweepResult {
  /** The SLB of every address that the account shows. */
  readonly slbIdByAddress: ReadonlyMap<string, string>;
  /** By the first 8 characters of the Service's UID. */
  readonly slbIdsByOwner: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Finds listeners that a Service may have anywhere in the account, by their names. Costs one read
 * per SLB, so it is for doubt only; Services in doubt at the same time share one sweep. That is safe:
 * it looks for what earlier processes left, and what this one does is remembered elsewhere.
 */
export class AccountSweep {
  readonly #client: SlbClient;
  readonly #signal: AbortSignal;
  #running: Promise<SweepResult> | undefined;

  /** `signal` ends the sweep itself, whoever waits for it. */
  constructor(client: SlbClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
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
    const call: CallOptions = { signal: this.#signal, lane: 'load-balancer' };
    const slbs = await this.#client.listLoadBalancers({}, call);
    const slbIdsByOwner = new Map<string, Set<string>>();
    const look = async ({ slbId }: Slb): Promise<void> => {
      for (const owner of await this.#ownersOn(slbId, call)) {
        slbIdsByOwner.set(owner, (slbIdsByOwner.get(owner) ?? new Set()).add(slbId));
      }
    };
    await Promise.all(slbs.filter(({ listenerCount }) => listenerCount > 0).map(look));
    return {
      slbIdByAddress: new Map(
        slbs.flatMap((slb) => addressesOf(slb).map((address) => [address, slb.slbId] as const)),
      ),
      slbIdsByOwner,
    };
  }

  async #ownersOn(slbId: string, call: CallOptions): Promise<ReadonlySet<string>> {
    try {
      const listeners = await this.#client.listListeners(slbId, call);
      return new Set(listeners.flatMap(({ listenerName }) => listenerOwner(listenerName) ?? []));
    } catch (error) {
      if (isSlbNotFound(error) || isSlbNotAuthorized(error)) return new Set();
      throw error;
    }
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
