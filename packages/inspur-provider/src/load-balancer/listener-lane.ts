import type { CallOptions, Listener, ListenerSpec, SlbClient } from '@k8s-ccm/inspur-sdk';
import {
  findCloudApiError,
  isBadRequest,
  isListenerPortInUse,
  isQuotaExceeded,
  maxAddedMembers,
  SlbErrorCode,
} from '@k8s-ccm/inspur-sdk';

import { memberSpec, memberWeight } from './desired-load-balancer.ts';
import type { Host } from './hosts.ts';
import { portKey } from './load-balancer-plan.ts';
import type { Step } from './load-balancer-plan.ts';
import { PortClashError } from './load-balancer-errors.ts';
import type { ObservedListener, ObservedMember, RefusedServer } from './observation.ts';
import { removeListener } from './remove-listener.ts';
import { SlbStepError } from './slb-advice.ts';

/** After so many members in a row that do not fit the quota, no other is tried. */
const quotaRefusals = 3;
/** After so many refused members without an accepted one, the others wait until one is accepted: the cause may not be the members. */
const memberRefusals = 8;
/** After so many refused members, hosts that the cloud refuses together wait for the next try. */
const maxRefusals = 32;

const memberRefusalCodes: ReadonlySet<string> = new Set([
  SlbErrorCode.ServerNotFound,
  SlbErrorCode.ServerPortNotFound,
  SlbErrorCode.PodNodeNotFound,
  SlbErrorCode.AddBackendsFailed,
]);

/** What became of the hosts that are being added. */
interface AddProgress {
  accepted: number;
  /** Since the last chunk. */
  refused: number;
  /** In a row. */
  overQuota: number;
  readonly postponed: (readonly Host[])[];
}

/** What a {@link ListenerLane} left behind. */
export interface LaneResult {
  /** `undefined` if it is not known what is there now. */
  readonly listener: ObservedListener | undefined;
  readonly failures: readonly unknown[];
}

/**
 * Takes the steps of one listener in order. A failed step does not keep the others from being taken:
 * removals do not wait for additions, and one member that the cloud refuses does not decide for the
 * others.
 */
export class ListenerLane {
  readonly #client: SlbClient;
  readonly #call: CallOptions;
  readonly #failures: unknown[] = [];
  readonly #refused: Map<string, RefusedServer>;
  #listener: Listener | undefined;
  #members: readonly ObservedMember[];
  #capacity: number | undefined;
  #isKnown = true;
  /** Hosts that the quota keeps out until members have been removed. */
  #overQuota: Host[] = [];
  #memberPort = 0;
  #refusals = 0;
  #hasMadeRoom = false;
  /** The last member of the listener, which goes only when another one is there. */
  #lastMembers: readonly ObservedMember[] = [];
  /** Why hosts did not become members, other than by a failure. */
  #shortage: unknown;
  readonly #target: string;

  constructor(
    client: SlbClient,
    { target, observed }: { readonly target: string; readonly observed?: ObservedListener },
    call: CallOptions,
  ) {
    this.#client = client;
    this.#call = call;
    this.#target = target;
    this.#listener = observed?.listener;
    this.#members = observed?.members ?? [];
    this.#refused = new Map(observed?.refused);
    this.#capacity = observed?.capacity;
  }

  /** Whether members were removed, so that other listeners may have room under a quota of the SLB. */
  get hasMadeRoom(): boolean {
    return this.#hasMadeRoom;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      try {
        await this.#take(step);
      } catch (error) {
        this.#call.signal?.throwIfAborted();
        this.#fail(error);
        // Without its listener no other step has a meaning.
        if (step.kind === 'create-listener' || step.kind === 'remove-listener') break;
      }
    }
    await this.#settleMembers();
  }

  /** Asks again for the hosts that a quota kept out, after other listeners have made room. */
  async fillUp(): Promise<void> {
    const hosts = this.#overQuota;
    if (hosts.length === 0 || this.#listener === undefined) return;
    this.#overQuota = [];
    try {
      await this.#addAll(hosts);
    } catch (error) {
      this.#call.signal?.throwIfAborted();
      this.#fail(error);
    }
  }

  result(): LaneResult {
    const isEmpty = this.#listener !== undefined && this.#members.length === 0;
    if (!isEmpty || this.#shortage === undefined) {
      return { listener: this.#observed(), failures: this.#failures };
    }
    // This failure leaves nothing in doubt, so the refused hosts can be named.
    const shortage = new SlbStepError(this.#target, this.#shortage);
    return { listener: this.#observed(), failures: [...this.#failures, shortage] };
  }

  async #take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'create-listener':
        this.#listener = await this.#create(step.slbId, step.desired.spec);
        this.#members = [];
        return;
      case 'update-listener': {
        const { slbId, listenerId } = step.listener;
        const { spec } = step.desired;
        this.#listener = await this.#client.updateListener(slbId, listenerId, spec, this.#call);
        return;
      }
      case 'remove-listener':
        await removeListener(this.#client, step.listener, this.#call);
        this.#listener = undefined;
        return;
      case 'add-members':
        this.#memberPort = step.port;
        return await this.#addAll(step.hosts);
      case 'update-members':
        return await this.#updateMembers(step.members, step.port);
      case 'remove-members':
        return await this.#remove(step.members);
    }
  }

  async #create(slbId: string, spec: ListenerSpec): Promise<Listener> {
    try {
      return await this.#client.createListener(slbId, spec, this.#call);
    } catch (error) {
      if (!isListenerPortInUse(error)) throw error;
      const listeners = await this.#client.listListeners(slbId, this.#call);
      const key = portKey(spec.protocol, spec.port);
      const holder = listeners.find(({ protocol, port }) => portKey(protocol, port) === key);
      // A listener of our own name is a late effect of an earlier try; the next try finds it.
      if (holder === undefined || holder.listenerName === spec.listenerName) throw error;
      const { protocol, port } = spec;
      throw new PortClashError([{ slbId, protocol, port, holder }], { cause: error });
    }
  }

  async #addAll(hosts: readonly Host[]): Promise<void> {
    // At a quota that was reached before, one host shows whether there is room now.
    const isFull = this.#capacity !== undefined && this.#members.length >= this.#capacity;
    const first = isFull ? 1 : maxAddedMembers;
    const progress: AddProgress = { accepted: 0, refused: 0, overQuota: 0, postponed: [] };
    for (let start = 0, size = first; start < hosts.length; start += size, size = maxAddedMembers) {
      const chunk = hosts.slice(start, start + size);
      progress.refused = 0;
      if (this.#overQuota.length > 0) this.#overQuota.push(...chunk);
      else await this.#add(chunk, progress);
    }
    // If the cloud accepted none, the postponed hosts wait for the next try.
    if (progress.accepted === 0) return;
    for (const part of progress.postponed) await this.#add(part, progress);
  }

  /** Adds hosts; halves them until it is known which of them the cloud refuses. */
  async #add(hosts: readonly Host[], progress: AddProgress): Promise<void> {
    if (progress.overQuota >= quotaRefusals) return void this.#overQuota.push(...hosts);
    try {
      await this.#addNow(hosts);
      progress.accepted += hosts.length;
      progress.overQuota = 0;
      return;
    } catch (error) {
      this.#call.signal?.throwIfAborted();
      const reason = isQuotaExceeded(error) ? 'quota' : 'member';
      if (reason === 'member' && !isMemberRefusal(error)) return this.#fail(error);
      const [host] = hosts;
      if (hosts.length === 1 && host !== undefined) {
        this.#shortage = error;
        if (reason === 'quota') {
          progress.overQuota += 1;
          this.#overQuota.push(host);
          this.#capacity = this.#members.length;
          return;
        }
        progress.refused += 1;
        this.#refusals += 1;
        this.#refuse(host, error);
        return;
      }
      if (this.#refusals >= maxRefusals) return;
      if (progress.refused >= memberRefusals && progress.accepted === 0) {
        return void progress.postponed.push(hosts);
      }
    }
    const middle = Math.ceil(hosts.length / 2);
    await this.#add(hosts.slice(0, middle), progress);
    await this.#add(hosts.slice(middle), progress);
  }

  async #addNow(hosts: readonly Host[]): Promise<void> {
    const { slbId, listenerId } = this.#existing();
    const specs = hosts.map((host) => memberSpec(host, this.#memberPort));
    const result = await this.#client.members.add(slbId, listenerId, specs, this.#call);
    const [failure] = result.failures;
    if (failure !== undefined) throw failure.error;
    for (const { serverId } of hosts) this.#refused.delete(serverId);
    // An answer that does not name the new members leaves their ids open.
    this.#isKnown &&= result.named.length === hosts.length;
    this.#members = [...this.#members, ...result.named];
    if (this.#capacity !== undefined && this.#members.length > this.#capacity) {
      this.#capacity = undefined;
    }
  }

  async #updateMembers(members: readonly ObservedMember[], port: number): Promise<void> {
    const { slbId, listenerId } = this.#existing();
    const change = { weight: memberWeight, port };
    const results = await Promise.allSettled(
      members.map(async (member) => {
        await this.#client.members.update(slbId, listenerId, member.backendId, change, this.#call);
        return member.backendId;
      }),
    );
    this.#call.signal?.throwIfAborted();
    const changed = new Set<string>();
    for (const result of results) {
      if (result.status === 'fulfilled') changed.add(result.value);
      else this.#fail(result.reason);
    }
    this.#members = this.#members.map((member) =>
      changed.has(member.backendId) ? { ...member, ...change } : member,
    );
  }

  /** Removes members, but leaves the listener one while no other could be added. */
  async #remove(members: readonly ObservedMember[]): Promise<void> {
    const ids = new Set(members.map(({ backendId }) => backendId));
    const stays = this.#members.some(({ backendId }) => !ids.has(backendId));
    const isShort = this.#shortage !== undefined || this.#failures.length > 0;
    const keep = isShort && !stays ? 1 : 0;
    this.#lastMembers = members.slice(0, keep);
    await this.#removeNow(members.slice(keep));
  }

  async #removeNow(members: readonly ObservedMember[]): Promise<void> {
    if (members.length === 0) return;
    const { slbId, listenerId } = this.#existing();
    const backendIds = members.map(({ backendId }) => backendId);
    await this.#client.members.remove(slbId, listenerId, backendIds, this.#call);
    this.#hasMadeRoom = true;
    const gone = new Set(backendIds);
    this.#members = this.#members.filter(({ backendId }) => !gone.has(backendId));
  }

  /** Fills up to the quota once the removals have made room. */
  async #settleMembers(): Promise<void> {
    if (this.#listener === undefined) return;
    try {
      await this.#fill();
      if (this.#lastMembers.length === 0) return;
      const isServed = this.#members.length > this.#lastMembers.length;
      if (!isServed && this.#overQuota.length === 0) return;
      await this.#removeNow(this.#lastMembers);
      await this.#fill();
    } catch (error) {
      this.#call.signal?.throwIfAborted();
      this.#fail(error);
    }
  }

  async #fill(): Promise<void> {
    const hosts = this.#overQuota;
    const room = (this.#capacity ?? hosts.length) - this.#members.length;
    if (hosts.length === 0 || room <= 0) return;
    this.#overQuota = [];
    await this.#addAll(hosts.slice(0, room));
    this.#overQuota.push(...hosts.slice(room));
  }

  #refuse({ serverId }: Host, error: unknown): void {
    const call = findCloudApiError(error);
    const reason = `the cloud refuses its server "${serverId}" as a member (${call?.operation ?? ''}: code ${call?.apiCode ?? ''})`;
    this.#refused.set(serverId, { reason, tries: (this.#refused.get(serverId)?.tries ?? 0) + 1 });
  }

  #fail(error: unknown): void {
    this.#isKnown = false;
    this.#failures.push(new SlbStepError(this.#target, error));
  }

  #existing(): Listener {
    if (this.#listener === undefined) throw new Error('the listener does not exist');
    return this.#listener;
  }

  #observed(): ObservedListener | undefined {
    if (!this.#isKnown || this.#listener === undefined) return undefined;
    return {
      listener: this.#listener,
      members: this.#members,
      refused: this.#refused,
      capacity: this.#capacity,
    };
  }
}

/** Whether the cloud refused members that may be the reason themselves. */
function isMemberRefusal(error: unknown): boolean {
  const call = findCloudApiError(error);
  if (call?.outcome !== 'refused') return false;
  return memberRefusalCodes.has(call.apiCode) || isBadRequest(error);
}
