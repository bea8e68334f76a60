import type { Listener, Member, Slb } from '@k8s-ccm/inspur-sdk';

/** What a plan reads of a member. */
export type ObservedMember = Pick<
  Member,
  'backendId' | 'serverId' | 'serverIp' | 'port' | 'weight'
>;

/** A server that the cloud refused as a member. */
export interface RefusedServer {
  /** What the cloud said, as a clause for an event. */
  readonly reason: string;
  /** How many tries in a row were refused, from 1. */
  readonly tries: number;
}

/** A listener of the owner, with its members. */
export interface ObservedListener {
  readonly listener: Listener;
  readonly members: readonly ObservedMember[];
  /** By server id: what the cloud refused when it was last asked. */
  readonly refused: ReadonlyMap<string, RefusedServer>;
  /** The number of members at which the cloud last refused another one for lack of quota. */
  readonly capacity: number | undefined;
}

/** An SLB whose listeners were read. */
export interface SeenSlb {
  readonly kind: 'seen';
  readonly slbId: string;
  /** `undefined` if only the listeners were read. */
  readonly slb: Slb | undefined;
  /** Listeners of the owner. */
  readonly owned: readonly ObservedListener[];
  /** All other listeners: they are never changed, only named. */
  readonly others: readonly Listener[];
  /** Whether a step ended in doubt: then `owned` lacks its listener, and the SLB must be read again. */
  readonly isInDoubt?: boolean;
}

/** An SLB that may carry listeners of the owner. */
export type SlbSighting =
  | SeenSlb
  /** The cloud proved that the SLB does not exist. */
  | { readonly kind: 'gone'; readonly slbId: string; readonly error: Error }
  /** The SLB cannot be read. */
  | { readonly kind: 'hidden'; readonly slbId: string; readonly error: Error }
  /** The SLB was not read since the last change. Only a remembered observation holds this. */
  | { readonly kind: 'unread'; readonly slbId: string };

/** How sure it is that no SLB outside an {@link Observation} carries listeners of the owner. */
export type Certainty =
  /** A look through the account, or this process's own record, proves it. */
  | 'proven'
  /** The status of the Service suggests it. A process that was stopped in a move may have left some elsewhere. */
  | 'assumed'
  /** Nothing tells. */
  | 'unknown';

/** Everything in the cloud that may carry listeners of one Service. Immutable. */
export interface Observation {
  /** The SLB that the Service names; `undefined` if it names none or it was not read. */
  readonly wanted: SlbSighting | undefined;
  /** By id: every SLB that may carry listeners of the Service, the wanted one included. */
  readonly slbs: ReadonlyMap<string, SlbSighting>;
  /** SLBs that the Service names or named: there, names of version 0.1 prove ownership, too. */
  readonly named: ReadonlySet<string>;
  readonly certainty: Certainty;
  /** Addresses that the Service showed while nothing could tell which SLBs have them. */
  readonly unplaced?: readonly string[];
  /** Why the certainty is not `proven`, if a look through the account did not prove it. */
  readonly doubt?: Error;
}

/** Nothing of the Service is in the cloud. */
export const nothingObserved: Observation = {
  wanted: undefined,
  slbs: new Map(),
  named: new Set(),
  certainty: 'proven',
};

/** Returns the SLBs that were read and carry listeners of the owner. */
export function slbsInUse({ slbs }: Observation): readonly SeenSlb[] {
  return [...slbs.values()].filter(
    (sighting): sighting is SeenSlb => sighting.kind === 'seen' && sighting.owned.length > 0,
  );
}

/** Returns the observation as it holds while something changes: every SLB must be read again. */
export function asUnread(observation: Observation): Observation {
  const slbIds = [...observation.slbs.keys()];
  return {
    ...observation,
    slbs: new Map(slbIds.map((slbId) => [slbId, { kind: 'unread', slbId }])),
  };
}

/** Whether the cloud refused a member that it did not refuse before. */
export function hasNewRefusal(before: Observation, after: Observation): boolean {
  return refusedCount(after) > refusedCount(before);
}

function refusedCount(observation: Observation): number {
  return slbsInUse(observation)
    .flatMap(({ owned }) => owned)
    .reduce((sum, { refused }) => sum + refused.size, 0);
}
