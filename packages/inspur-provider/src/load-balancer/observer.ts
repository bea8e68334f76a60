import type { Service } from '@k8s-ccm/cloud-provider';
import { isSlbNotAuthorized, isSlbNotFound } from '@k8s-ccm/inspur-sdk';
import type { CallOptions, Listener, SlbClient } from '@k8s-ccm/inspur-sdk';
import { ownerId } from '@k8s-ccm/provider-kit';

import type { AccountSurveyor, Survey } from './account-surveyor.ts';
import { isLegacyNameOf, listenerOwner } from './listener-name.ts';
import { OwnershipDoubtError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';
import { addressesOf, statusAddresses } from './load-balancer-status.ts';
import type { Certainty, Observation, ObservedListener, SlbSighting } from './observation.ts';
import { listenersIfAny } from './proven-absence.ts';
import { adviseOnSlbError, SlbStepError } from './slb-advice.ts';

type AbortableCall = CallOptions & { readonly signal: AbortSignal };

/** What to observe. */
export interface ObserveInput {
  readonly service: Service;
  /** The SLB that the Service names; its id may be empty. */
  readonly named: SlbReference;
  /** What is remembered; `undefined` if this process has not dealt with the Service yet. */
  readonly known: Observation | undefined;
  /** Whether to read the named SLB even if it cannot carry anything of the Service yet. */
  readonly readsNamed: boolean;
  /** Whether to read the members of listeners on the named SLB. */
  readonly readsMembers: boolean;
  /** Whether to read the members of listeners on other SLBs, given what is known of the named one. */
  readonly readsMembersElsewhere: (wanted: SlbSighting | undefined) => boolean;
  /** Whether to prove that no other SLB carries listeners of the Service, even if its status suggests so. */
  readonly needsProof: boolean;
}

/** Where listeners may be, and how sure that is. */
interface Whereabouts {
  /** SLBs that the Service named, by the addresses in its status. */
  readonly named: readonly string[];
  /** SLBs on which a survey found listeners of the Service. */
  readonly found: readonly string[];
  readonly certainty: Certainty;
  readonly doubt?: Error;
}

/** Observes everything in the cloud that may carry listeners of a Service. Only reads. */
export class Observer {
  readonly #client: SlbClient;
  readonly #surveyor: AccountSurveyor;

  constructor(client: SlbClient, surveyor: AccountSurveyor) {
    this.#client = client;
    this.#surveyor = surveyor;
  }

  /** Never rejects unless the signal aborts: what cannot be read is part of the observation. */
  async observe(input: ObserveInput, call: AbortableCall): Promise<Observation> {
    const { known, named, service } = input;
    const isSettled = known?.certainty === 'proven';
    const readsNamed = named.slbId !== '' && (input.readsNamed || !isSettled);
    const uid = service.metadata?.uid ?? '';
    const wanted = readsNamed ? await this.#readNamed(uid, input, call) : undefined;
    const whereabouts = isSettled ? settled : await this.#locate(input, wanted, call);
    const { certainty, doubt } = whereabouts;
    const namedSlbs = new Set([
      ...(known?.named ?? []),
      ...whereabouts.named,
      ...(named.slbId === '' ? [] : [named.slbId]),
    ]);
    const mayCarry = new Set([
      ...(known?.slbs.keys() ?? []),
      ...whereabouts.named,
      ...whereabouts.found,
      ...(wanted?.kind === 'seen' || (wanted !== undefined && certainty !== 'proven')
        ? [wanted.slbId]
        : []),
    ]);
    const readsMembers = input.readsMembersElsewhere(wanted);
    const sightings = await Promise.all(
      [...mayCarry].map(async (slbId) =>
        slbId === wanted?.slbId
          ? wanted
          : await this.#readOther(slbId, { uid, known, readsMembers, namedSlbs }, call),
      ),
    );
    return {
      wanted,
      slbs: new Map(sightings.map((sighting) => [sighting.slbId, sighting])),
      named: namedSlbs,
      certainty,
      ...(certainty === 'unknown' ? { unplaced: addressesShown(input) } : {}),
      ...(doubt === undefined ? {} : { doubt }),
    };
  }

  /** One read of the SLB, one of its listeners, and one of the members of each listener that is ours. */
  async #readNamed(
    uid: string,
    { known, named, readsMembers }: ObserveInput,
    call: AbortableCall,
  ): Promise<SlbSighting> {
    const { slbId } = named;
    const [slb, listeners] = await Promise.allSettled([
      this.#client.getLoadBalancer(slbId, call),
      this.#client.listListeners(slbId, call),
    ]);
    call.signal.throwIfAborted();
    // What is wrong with the SLB itself makes the better text.
    if (slb.status === 'rejected') {
      const isGone =
        isSlbNotFound(slb.reason) &&
        listeners.status === 'rejected' &&
        isSlbNotFound(listeners.reason);
      return unreadable(named, slb.reason, isGone);
    }
    if (listeners.status === 'rejected') return unreadable(named, listeners.reason, false);
    const isOurs = ownershipTest(uid, true);
    try {
      const ours = listeners.value.filter(isOurs);
      const owned = await this.#withMembers(ours, { known, readsMembers }, call);
      const others = listeners.value.filter((listener) => !isOurs(listener));
      return { kind: 'seen', slbId, slb: slb.value, owned, others };
    } catch (error) {
      call.signal.throwIfAborted();
      return unreadable(named, error, false);
    }
  }

  async #readOther(
    slbId: string,
    {
      known,
      namedSlbs,
      readsMembers,
      uid,
    }: {
      readonly uid: string;
      readonly known: Observation | undefined;
      readonly namedSlbs: ReadonlySet<string>;
      readonly readsMembers: boolean;
    },
    call: AbortableCall,
  ): Promise<SlbSighting> {
    try {
      const listeners = await listenersIfAny(this.#client, slbId, call);
      const ours = listeners.filter(ownershipTest(uid, namedSlbs.has(slbId)));
      const owned = await this.#withMembers(ours, { known, readsMembers }, call);
      return { kind: 'seen', slbId, slb: undefined, owned, others: [] };
    } catch (error) {
      call.signal.throwIfAborted();
      return unreadable({ slbId, annotation: undefined }, error, false);
    }
  }

  async #withMembers(
    listeners: readonly Listener[],
    { known, readsMembers }: Pick<ObserveInput, 'known' | 'readsMembers'>,
    call: AbortableCall,
  ): Promise<readonly ObservedListener[]> {
    return await Promise.all(
      listeners.map(async (listener) => {
        const { listenerId, slbId } = listener;
        const members = readsMembers
          ? await this.#client.members.list(slbId, listenerId, call)
          : [];
        const before = known?.slbs.get(slbId);
        const owned = before?.kind === 'seen' ? before.owned : [];
        const same = owned.find((one) => one.listener.listenerId === listenerId);
        return {
          listener,
          members,
          refused: same?.refused ?? new Map(),
          capacity: same?.capacity,
        };
      }),
    );
  }

  /**
   * Finds the SLBs that may carry listeners of a Service that this process does not know. A status
   * that shows the addresses of the named SLB suggests that the Service is there and nowhere else;
   * everything else takes a survey of the account.
   */
  async #locate(
    input: ObserveInput,
    here: SlbSighting | undefined,
    call: AbortableCall,
  ): Promise<Whereabouts> {
    const { known, named, needsProof, service } = input;
    const shown = addressesShown(input);
    const slb = here?.kind === 'seen' ? here.slb : undefined;
    const addresses = slb === undefined ? [] : addressesOf(slb);
    // What this process published in doubt suggests nothing.
    const isShown =
      known?.certainty !== 'unknown' &&
      shown.length > 0 &&
      shown.every((address) => addresses.includes(address));
    const survey = this.#surveyor.completed;
    if (isShown && !needsProof && survey === undefined) {
      return { named: [], found: [], certainty: 'assumed' };
    }
    try {
      return this.#judge(await this.#surveyor.survey(call.signal), {
        owner: ownerId(service.metadata?.uid ?? ''),
        named,
        here,
        shown: shown.filter((address) => !addresses.includes(address)),
        isShown,
      });
    } catch (error) {
      call.signal.throwIfAborted();
      return { named: [], found: [], certainty: 'unknown', doubt: adviseOnSlbError(error) };
    }
  }

  #judge(
    { hasAllSlbs, slbIdByAddress, slbIdsByOwner, unreadable: unread }: Survey,
    {
      here,
      isShown,
      named,
      owner,
      shown,
    }: {
      readonly owner: string;
      readonly named: SlbReference;
      readonly here: SlbSighting | undefined;
      /** Addresses in the status that the named SLB does not have. */
      readonly shown: readonly string[];
      readonly isShown: boolean;
    },
  ): Whereabouts {
    const places = {
      named: shown.flatMap((address) => slbIdByAddress.get(address) ?? []),
      found: [...(slbIdsByOwner.get(owner) ?? [])],
    };
    const unseen = shown.filter((address) => !slbIdByAddress.has(address));
    const isForeign = here?.kind === 'hidden' && isSlbNotAuthorized(here.error);
    if (isForeign && unseen.length > 0) {
      const doubt = new OwnershipDoubtError(
        [named.slbId],
        `the status of the Service shows the address ${unseen.join(', ')}, which no SLB of this account has, and SLB "${named.slbId}" (annotation ${named.annotation ?? ''}) belongs to another account, so listeners of the Service may remain there. Give the controller the credentials of that account, or remove the listeners there and set the annotation loadbalancer.inspur.com/abandon to "${named.slbId}".`,
      );
      return { ...places, certainty: 'unknown', doubt };
    }
    // A cloud that took the right to list away may show an empty list.
    const isBlind = here?.kind === 'seen' && slbIdByAddress.size === 0;
    if (hasAllSlbs && !isBlind && unread.size === 0) return { ...places, certainty: 'proven' };
    const doubt = hasAllSlbs && !isBlind ? unreadableDoubt(unread) : incompleteDoubt();
    return { ...places, certainty: isShown ? 'assumed' : 'unknown', doubt };
  }
}

/** What the status shows, and what it showed while nothing told which SLBs have it. */
function addressesShown({ known, service }: Pick<ObserveInput, 'known' | 'service'>): string[] {
  return [...new Set([...(known?.unplaced ?? []), ...statusAddresses(service)])];
}

function unreadableDoubt(unread: ReadonlyMap<string, Error>): OwnershipDoubtError {
  const slbIds = [...unread.keys()];
  const [cause] = unread.values();
  return new OwnershipDoubtError(
    slbIds,
    `cannot tell whether listeners of the Service remain on SLB ${slbIds.map((id) => `"${id}"`).join(', ')}: ${cause?.message ?? ''} To stop waiting for an SLB that cannot be read, set the annotation loadbalancer.inspur.com/abandon to its ID.`,
    { cause },
  );
}

function incompleteDoubt(): OwnershipDoubtError {
  return new OwnershipDoubtError(
    [],
    'cannot tell whether listeners of the Service remain on another SLB: the list of all SLBs of the account is not complete (ListLoadBalancers). The controller retries automatically. If this persists, check that the account of the cloud-config may list its SLBs.',
  );
}

const settled: Whereabouts = { named: [], found: [], certainty: 'proven' };

/** Returns whether a listener is the Service's; names of version 0.1 count only if `countsLegacy`. */
function ownershipTest(uid: string, countsLegacy: boolean): (listener: Listener) => boolean {
  const owner = ownerId(uid);
  return ({ listenerName }) =>
    listenerOwner(listenerName) === owner || (countsLegacy && isLegacyNameOf(listenerName, uid));
}

function unreadable(slb: SlbReference, cause: unknown, isGone: boolean): SlbSighting {
  const { slbId } = slb;
  const error = adviseOnSlbError(new SlbStepError(`SLB "${slbId}"`, cause, slb));
  return { kind: isGone ? 'gone' : 'hidden', slbId, error };
}
