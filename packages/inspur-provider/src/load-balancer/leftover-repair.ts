import type { Logger } from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/inspur-sdk';

import type { AccountSweep } from './account-sweep.ts';
import type { OwnedListeners } from './owned-listeners.ts';
import type { ServiceRecord } from './service-memory.ts';

/** The wait for the rush of a start to be over, ms; before another try, so many times more. */
const calmMs = 30_000;
const mostSweeps = 3;

/** What {@link LeftoverRepair} works with. */
export interface LeftoverRepairOptions {
  readonly sweep: Pick<AccountSweep, 'sweep'>;
  readonly owned: Pick<OwnedListeners, 'remove'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends all of it. */
  readonly signal: AbortSignal;
}

/**
 * Finds the listeners of Services that an earlier process left on another SLB without a trace in the
 * Service: a move from A to B that died half done and was taken back to A. It takes one look through
 * the account for each process, some time after the start and behind all other work. Only listeners
 * of Services that it was told of, and that live, are removed; those of all others may be of another
 * cluster.
 */
export class LeftoverRepair {
  readonly #options: LeftoverRepairOptions;
  /** Services to look after, by the first 8 characters of their UIDs. */
  readonly #waiting = new Map<string, ServiceRecord>();
  #found: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #looking = false;

  constructor(options: LeftoverRepairOptions) {
    this.#options = options;
  }

  /** Looks after a Service in the background. `signal` ends that, too. */
  lookAfter(owner: string, record: ServiceRecord, signal: AbortSignal): void {
    this.#waiting.set(owner, record);
    const both = AbortSignal.any([this.#options.signal, signal]);
    if (this.#found !== undefined) this.#repair(this.#found, both);
    else if (!this.#looking) void this.#look(both);
  }

  /** Never rejects. */
  async #look(signal: AbortSignal): Promise<void> {
    this.#looking = true;
    const { clock, log, sweep } = this.#options;
    for (let number = 1; number <= mostSweeps && this.#found === undefined; number++) {
      try {
        await clock.sleep(number * calmMs, { signal });
        this.#found = (await sweep.sweep(signal)).slbIdsByOwner;
      } catch (error) {
        if (signal.aborted) break;
        log.warn('cannot look for listeners that an earlier process may have left', { error });
      }
    }
    this.#looking = false;
    if (!signal.aborted) this.#repair((this.#found ??= new Map()), signal);
  }

  #repair(found: ReadonlyMap<string, ReadonlySet<string>>, signal: AbortSignal): void {
    for (const [owner, record] of this.#waiting) {
      // What the record knows of is done with by the Service's own calls, in their order.
      const left = [...(found.get(owner) ?? [])].filter(
        (slbId) => slbId !== record.target && !record.slbIds.has(slbId),
      );
      if (record.live && left.length > 0) {
        for (const slbId of left) record.slbIds.add(slbId);
        record.repair = this.#remove(owner, record, left, signal);
      }
    }
    this.#waiting.clear();
  }

  /** Never rejects: what cannot be removed now stays in the record for the Service's next call. */
  async #remove(
    owner: string,
    record: ServiceRecord,
    slbIds: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const { log, owned } = this.#options;
    await Promise.all(
      slbIds.map(async (slbId) => {
        try {
          await owned.remove(slbId, owner, { signal, lane: 'repair' });
          record.slbIds.delete(slbId);
          log.info('listeners of an earlier process removed from a load balancer', {
            slbId,
            owner,
          });
        } catch (error) {
          log.warn('cannot remove listeners of an earlier process yet', { slbId, owner, error });
        }
      }),
    );
    record.repair = undefined;
  }
}
