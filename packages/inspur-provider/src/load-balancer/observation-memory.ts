import { hasLoadBalancerFinalizer } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';
import type { Listener } from '@k8s-ccm/inspur-sdk';

import { memberWeight } from './desired-load-balancer.ts';
import type { Host } from './hosts.ts';
import { statusAddresses } from './load-balancer-status.ts';
import { nothingObserved } from './observation.ts';
import type { Observation, ObservedListener, SeenSlb, SlbSighting } from './observation.ts';

/**
 * A listener whose members are hosts. Members are kept as two lists in step, and listeners share the
 * list of hosts, because a cluster has Services × ports × Nodes members.
 */
interface PackedListener extends Pick<ObservedListener, 'listener' | 'refused' | 'capacity'> {
  readonly listener: Listener;
  readonly memberPort: number;
  readonly hosts: readonly Host[];
  readonly backendIds: readonly string[];
}

interface PackedSlb extends Omit<SeenSlb, 'kind' | 'owned' | 'others' | 'isInDoubt'> {
  readonly kind: 'packed';
  readonly owned: readonly PackedListener[];
}

type PackedObservation = Pick<Observation, 'certainty' | 'named' | 'unplaced'> & {
  readonly slbs: readonly (PackedSlb | Exclude<SlbSighting, SeenSlb>)[];
};

/** How many Services without anything in the cloud are remembered, in case they come back. */
const maxClean = 1000;

/** Remembers the last observation of each Service. Holds nothing that reading the cloud would not give. */
export class ObservationMemory {
  readonly #packed = new Map<string, PackedObservation>();
  readonly #clean = new Set<string>();

  /**
   * Returns what is known of a Service; `undefined` if nothing is. A Service with neither the finalizer
   * that precedes the first call nor an address has nothing in the cloud.
   */
  recall(service: Service): Observation | undefined {
    const uid = service.metadata?.uid ?? '';
    const packed = this.#packed.get(uid);
    if (packed !== undefined) return unpack(packed);
    const isUntouched = !hasLoadBalancerFinalizer(service) && statusAddresses(service).length === 0;
    return isUntouched || this.#clean.has(uid) ? nothingObserved : undefined;
  }

  /** Whether an SLB may carry listeners of the Service, as far as is remembered. */
  mentions(uid: string, slbId: string): boolean {
    return this.#packed.get(uid)?.slbs.some((slb) => slb.slbId === slbId) ?? false;
  }

  /** Remembers the SLBs that may carry listeners of the Service, and what is known of them. */
  remember(
    uid: string,
    { certainty, named, slbs, unplaced = [] }: Observation,
    hosts: readonly Host[] = [],
  ): void {
    const kept = [...slbs.values()].flatMap((sighting) => pack(sighting, hosts) ?? []);
    const keptIds = kept.map(({ slbId }) => slbId).filter((slbId) => named.has(slbId));
    this.#clean.delete(uid);
    this.#packed.set(uid, { certainty, named: new Set(keptIds), slbs: kept, unplaced });
  }

  /** Remembers that the Service has nothing in the cloud. */
  rememberClean(uid: string): void {
    this.#packed.delete(uid);
    this.#clean.delete(uid);
    this.#clean.add(uid);
    const [oldest] = this.#clean;
    if (this.#clean.size > maxClean && oldest !== undefined) this.#clean.delete(oldest);
  }
}

function pack(
  sighting: SlbSighting,
  hosts: readonly Host[],
): PackedObservation['slbs'][number] | undefined {
  const { kind, slbId } = sighting;
  if (kind === 'gone') return undefined;
  if (kind !== 'seen' || sighting.isInDoubt === true) return { kind: 'unread', slbId };
  const owned = sighting.owned.map((listener) => packListener(listener, hosts));
  // An SLB that was only searched and carries nothing is done with.
  if (owned.length === 0 && sighting.slb === undefined) return undefined;
  const packed = owned.filter((listener) => listener !== undefined);
  if (packed.length < owned.length) return { kind: 'unread', slbId };
  return { kind: 'packed', slbId, slb: sighting.slb, owned: packed };
}

/**
 * `undefined` if the members are not hosts and nothing else, or if there is none although there are
 * hosts: a listener that serves nobody is read again.
 */
function packListener(
  { capacity, listener, members, refused }: ObservedListener,
  hosts: readonly Host[],
): PackedListener | undefined {
  if (members.length === 0 && hosts.length > 0) return undefined;
  const memberPort = members[0]?.port ?? 0;
  const byServer = new Map(members.map((member) => [member.serverId, member]));
  const present = hosts.filter(({ serverId, serverIp }) => {
    const member = byServer.get(serverId);
    return (
      member?.serverIp === serverIp && member.port === memberPort && member.weight === memberWeight
    );
  });
  if (present.length !== members.length) return undefined;
  return {
    listener,
    memberPort,
    hosts: present.length === hosts.length ? hosts : present,
    backendIds: present.map(({ serverId }) => byServer.get(serverId)?.backendId ?? ''),
    refused,
    capacity,
  };
}

function unpack({ slbs, ...rest }: PackedObservation): Observation {
  return {
    ...rest,
    wanted: undefined,
    slbs: new Map(
      slbs.map((slb) => [slb.slbId, slb.kind === 'packed' ? unpackSlb(slb) : slb] as const),
    ),
  };
}

function unpackSlb({ owned, slb, slbId }: PackedSlb): SeenSlb {
  return {
    kind: 'seen',
    slbId,
    slb,
    others: [],
    owned: owned.map(({ backendIds, capacity, hosts, listener, memberPort, refused }) => ({
      listener,
      capacity,
      refused,
      members: hosts.map(({ serverId, serverIp }, index) => ({
        backendId: backendIds[index] ?? '',
        serverId,
        serverIp,
        port: memberPort,
        weight: memberWeight,
      })),
    })),
  };
}
