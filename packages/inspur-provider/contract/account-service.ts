import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';

import { ServiceActor } from '../src/testing/service-actor.ts';
import type { ServiceEdit } from './account-actions.ts';
import type { AccountLedger } from './account-ledger.ts';
import { memberOf } from './account-people.ts';
import { serviceOf } from './law-service.ts';
import type { LawWish } from './law-service.ts';
import type { LocalCloud } from './local-cloud.ts';
import type { LocalProcess } from './local-process.ts';
import { ServiceLoop } from './service-loop.ts';

/** A place for a Service, in which one comes after the other. */
export interface ServicePlace {
  readonly cluster: number;
  /** The first 8 digits of the UIDs. */
  readonly digits: string;
  /** The SLBs that the Service may name. */
  readonly slbIds: readonly string[];
  /** Version 0.1 served the first Service, on its first SLB. */
  readonly isOld: boolean;
}

/** The Services of the account: two clusters share SLBs, and some Services the first 8 digits of their UIDs. */
export const servicePlaces: readonly ServicePlace[] = [
  { cluster: 0, digits: 'aaaaaaaa', slbIds: ['slb-1', 'slb-2', 'slb-3', ''], isOld: false },
  { cluster: 0, digits: 'aaaaaaaa', slbIds: ['slb-2', 'slb-1', 'slb-9'], isOld: false },
  { cluster: 0, digits: 'bbbbbbbb', slbIds: ['slb-1', 'slb-4', 'slb-2'], isOld: true },
  { cluster: 1, digits: 'aaaaaaaa', slbIds: ['slb-2', 'slb-3', 'slb-1'], isOld: false },
  { cluster: 1, digits: 'cccccccc', slbIds: ['slb-4', 'slb-1'], isOld: true },
];

/** A Service in its place: the object, and the controller's work on it. */
export class AccountService {
  readonly place: ServicePlace;
  readonly uid: string;
  readonly loop: ServiceLoop;
  /** SLBs that its user gave up at some time. */
  readonly abandoned = new Set<string>();
  #wish: LawWish;

  constructor(
    place: ServicePlace,
    uid: string,
    { edit, process }: { readonly edit: ServiceEdit; readonly process: LocalProcess },
  ) {
    this.place = place;
    this.uid = uid;
    this.#wish = wishOf(place, edit, '');
    this.loop = new ServiceLoop(new ServiceActor(serviceOf(uid, this.#wish)), process);
  }

  /** Begins as version 0.1 left it: a listener under an old name, the finalizer, and the address. */
  startOld(cloud: LocalCloud, ledger: AccountLedger): void {
    const {
      digits,
      slbIds: [slbId = ''],
    } = this.place;
    const listenerId = `old-${this.uid}`;
    const listenerName = `k8s_${digits}_TCP_80`;
    const listener = { slbId, listenerId, listenerName, protocol: 'TCP', port: 80 };
    cloud.patchState({ listeners: [listener], members: [memberOf(listenerId, 30_080)] });
    ledger.assign(listenerId, this.uid);
    this.loop.actor.edit((service) => ({
      ...service,
      metadata: { ...service.metadata, finalizers: [LoadBalancerCleanupFinalizer] },
      status: { loadBalancer: { ingress: [{ ip: `10.0.0.${slbId.slice(-1)}` }] } },
    }));
  }

  edit(edit: ServiceEdit): void {
    this.#rewrite(wishOf(this.place, edit, this.#wish.abandoned));
  }

  abandon(slb: number): void {
    const slbId = this.place.slbIds[slb % this.place.slbIds.length] ?? '';
    if (slbId !== '') this.abandoned.add(slbId);
    this.#rewrite({ ...this.#wish, abandoned: slbId });
  }

  switchType(): void {
    this.loop.actor.edit((service) => {
      const type = service.spec?.type === 'ClusterIP' ? 'LoadBalancer' : 'ClusterIP';
      return { ...service, spec: { ...service.spec, type } };
    });
  }

  #rewrite(wish: LawWish): void {
    this.#wish = wish;
    const { metadata, spec } = serviceOf(this.uid, wish);
    this.loop.actor.edit((service) => ({
      ...service,
      metadata: { ...service.metadata, annotations: metadata?.annotations ?? {} },
      spec: { ...service.spec, ports: spec?.ports ?? [] },
    }));
  }
}

function wishOf(
  { slbIds }: ServicePlace,
  { checksHealth, flaw, mode, ports, slb }: ServiceEdit,
  abandoned: string,
): LawWish {
  return {
    slbId: slbIds[slb % slbIds.length] ?? '',
    ports: ports.map(({ port, protocol }) => ({ protocol, port, nodePort: 30_000 + port })),
    mode,
    forwardRule: 'RR',
    checksHealth,
    flaw,
    abandoned,
  };
}
