import type { Service } from '@k8s-ccm/cloud-provider';
import { isSlbNotAuthorized, isSlbNotFound } from '@k8s-ccm/inspur-sdk';
import type { CallOptions, Listener, Slb, SlbClient } from '@k8s-ccm/inspur-sdk';
import { ownerId } from '@k8s-ccm/provider-kit';

import { AccountSweep } from './account-sweep.ts';
import { removeListener, throwFailures } from './load-balancer-apply.ts';
import { describeSlbError, OwnershipDoubtError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';
import { addressesOf, statusAddresses } from './load-balancer-status.ts';
import { splitByOwner } from './observed-load-balancer.ts';
import { listenersIfAny } from './proven-absence.ts';
import type { ServiceRecord } from './service-memory.ts';

type AbortableCall = CallOptions & { readonly signal: AbortSignal };

/** Finds and removes a Service's listeners, wherever in the account they are. */
export class OwnedListeners {
  readonly #client: SlbClient;
  readonly #sweep: AccountSweep;

  constructor(client: SlbClient, signal: AbortSignal) {
    this.#client = client;
    this.#sweep = new AccountSweep(client, signal);
  }

  /**
   * Completes the record's list of SLBs that may hold listeners of the Service. No call where it is
   * complete. A status that shows the annotated SLB's addresses says that the Service is there and
   * nowhere else, because it is written only once every other SLB has been left. That is assumed: a
   * move that died half done and was taken back looks the same. Anything else is a doubt that a
   * sweep of the account settles.
   *
   * @param slb the annotated SLB, where it has been read already
   * @throws OwnershipDoubtError where the status shows an address that may be of an SLB that is
   *   not ours to see
   */
  async locate(
    service: Service,
    reference: SlbReference,
    record: ServiceRecord,
    call: AbortableCall,
    slb?: Slb,
  ): Promise<void> {
    if (record.complete) return;
    const annotated = slb ?? (await this.#read(reference, call));
    const here = typeof annotated === 'object' ? addressesOf(annotated) : [];
    const shown = statusAddresses(service);
    if (typeof annotated === 'object' && shown.length > 0 && isSubset(shown, here)) {
      record.slbIds.add(annotated.slbId);
      record.assumed = true;
      record.complete = true;
      return;
    }
    const { slbIdByAddress, slbIdsByOwner } = await this.#sweep.sweep(call.signal);
    const unseen = shown.filter((ip) => !slbIdByAddress.has(ip) && !here.includes(ip));
    if (annotated === 'not-authorized' && unseen.length > 0) {
      throw new OwnershipDoubtError(
        `the Service shows the address ${unseen.join(', ')}, which no SLB of this account has, and SLB "${reference.slbId}" (annotation ${reference.annotation ?? ''}) belongs to another account: it may still hold listeners of the Service; give the controller the credentials of that account, or remove the listeners there and the annotation here`,
      );
    }
    for (const ip of shown) {
      const slbId = slbIdByAddress.get(ip);
      if (slbId !== undefined) record.slbIds.add(slbId);
    }
    const owner = ownerId(service.metadata?.uid ?? '');
    for (const slbId of slbIdsByOwner.get(owner) ?? []) record.slbIds.add(slbId);
    if (typeof annotated === 'object') record.slbIds.add(annotated.slbId);
    record.complete = true;
  }

  /** The listeners of an owner on one SLB; none where the SLB is gone. */
  async on(slbId: string, owner: string, call: CallOptions): Promise<readonly Listener[]> {
    try {
      return splitByOwner(await listenersIfAny(this.#client, slbId, call), owner).owned;
    } catch (error) {
      throw describeSlbError(error, { slbId, annotation: undefined });
    }
  }

  /** An SLB that holds listeners of ours. */
  async slb(slbId: string, call: CallOptions): Promise<Slb> {
    try {
      return await this.#client.getLoadBalancer(slbId, call);
    } catch (error) {
      throw describeSlbError(error, { slbId, annotation: undefined });
    }
  }

  /** Removes the listeners of an owner from one SLB. */
  async remove(slbId: string, owner: string, call: CallOptions): Promise<void> {
    const listeners = await this.on(slbId, owner, call);
    throwFailures(
      await Promise.allSettled(
        listeners.map((listener) => removeListener(this.#client, listener, call)),
      ),
    );
  }

  async #read(
    reference: SlbReference,
    call: CallOptions,
  ): Promise<Slb | 'not-found' | 'not-authorized' | 'none'> {
    const { slbId } = reference;
    if (slbId === '') return 'none';
    try {
      return await this.#client.getLoadBalancer(slbId, call);
    } catch (error) {
      if (isSlbNotFound(error)) return 'not-found';
      if (isSlbNotAuthorized(error)) return 'not-authorized';
      throw describeSlbError(error, reference);
    }
  }
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  return some.every((item) => all.includes(item));
}
