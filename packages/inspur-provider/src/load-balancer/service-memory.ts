import { hasLoadBalancerFinalizer } from '@k8s-ccm/cloud-provider';
import type {
  LoadBalancerStatus,
  Service,
  ServiceCallOptions,
  ServiceReport,
} from '@k8s-ccm/cloud-provider';
import type { Listener } from '@k8s-ccm/inspur-sdk';

import { memberWeight } from './desired-load-balancer.ts';
import type { Host } from './hosts.ts';
import { statusAddresses } from './load-balancer-status.ts';
import type { ObservedListener, ObservedLoadBalancer } from './observed-load-balancer.ts';

/** What this process knows of one Service. */
export interface ServiceRecord {
  /** SLBs that may hold listeners of the Service. */
  readonly slbIds: Set<string>;
  /** True once no SLB outside `slbIds` can hold any. */
  complete: boolean;
  /**
   * True where `slbIds` rests on what the Service's status shows alone: an earlier process that did
   * not come to its end may have left listeners elsewhere.
   */
  assumed: boolean;
  /** The SLB that the Service was last to be on; empty where none. */
  target: string;
  /** False once the Service has nothing in the cloud any more, and this record no meaning. */
  live: boolean;
  /** The removal of what was found elsewhere; nothing else is to be done to the Service meanwhile. Never rejects. */
  repair: Promise<void> | undefined;
  /** The state after the last change that went through whole; `undefined` where one has to look. */
  known: KnownLoadBalancer | undefined;
  /** The notices that the user has been shown. */
  notices: ReadonlySet<string>;
}

/**
 * The listeners of a Service as they were left. Members are kept as two lists in step, and hosts
 * are shared by all listeners: a cluster has Services × ports × nodes members.
 */
export interface KnownLoadBalancer {
  readonly slbId: string;
  readonly status: LoadBalancerStatus;
  readonly listeners: readonly KnownListener[];
}

interface KnownListener {
  readonly listener: Listener;
  readonly memberPort: number;
  readonly hosts: readonly Host[];
  readonly backendIds: readonly string[];
}

/** Clean records that are kept for Services that may come back, such as after a failed last step. */
const cleanRecords = 1000;

/** What this process knows of the Services, by UID. Holds nothing that a look at the cloud would not give. */
export class ServiceMemory {
  readonly #records = new Map<string, ServiceRecord>();
  readonly #clean = new Map<string, ServiceRecord>();

  /**
   * The record of a Service. One that is seen for the first time, has no status and not even the
   * finalizer that precedes the first call, has nothing in the cloud.
   */
  of(service: Service): ServiceRecord {
    const uid = service.metadata?.uid ?? '';
    const known = this.#records.get(uid) ?? this.#clean.get(uid);
    const record =
      known ??
      newRecord(!hasLoadBalancerFinalizer(service) && statusAddresses(service).length === 0);
    this.#clean.delete(uid);
    this.#records.set(uid, record);
    return record;
  }

  /** Says that the Service has nothing in the cloud any more. */
  clean(service: Service): void {
    const uid = service.metadata?.uid ?? '';
    const record = this.#records.get(uid);
    if (record !== undefined) record.live = false;
    this.#records.delete(uid);
    this.#clean.set(uid, newRecord(true));
    if (this.#clean.size <= cleanRecords) return;
    for (const oldest of this.#clean.keys()) {
      this.#clean.delete(oldest);
      return;
    }
  }
}

function newRecord(complete: boolean): ServiceRecord {
  return {
    slbIds: new Set(),
    complete,
    assumed: false,
    target: '',
    live: true,
    repair: undefined,
    known: undefined,
    notices: new Set(),
  };
}

/** Shows each notice once, and again after it was gone. */
export function reportOnce(
  record: ServiceRecord,
  notices: readonly ServiceReport[],
  { report }: ServiceCallOptions,
): void {
  for (const notice of notices) {
    if (!record.notices.has(notice.message)) report(notice);
  }
  record.notices = new Set(notices.map(({ message }) => message));
}

/** Packs what a change left behind; `undefined` where it is not the hosts' members and nothing else. */
export function rememberListeners(
  listeners: readonly ObservedListener[],
  hosts: readonly Host[],
): readonly KnownListener[] | undefined {
  const packed: KnownListener[] = [];
  for (const { listener, members } of listeners) {
    const idOf = new Map(members.map(({ serverId, backendId }) => [serverId, backendId]));
    const backendIds = hosts.flatMap(({ serverId }) => idOf.get(serverId) ?? []);
    if (backendIds.length !== hosts.length || members.length !== hosts.length) return undefined;
    packed.push({ listener, memberPort: members[0]?.port ?? 0, hosts, backendIds });
  }
  return packed;
}

/** The remembered state in the form that a look at the cloud gives. */
export function recallListeners({ slbId, listeners }: KnownLoadBalancer): ObservedLoadBalancer {
  return {
    slbId,
    others: [],
    owned: listeners.map(({ listener, memberPort, hosts, backendIds }) => ({
      listener,
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
