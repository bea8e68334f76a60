import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';

import { buildNode } from '../src/testing/service-fixtures.ts';
import type { AccountAction, ServiceEdit } from './account-actions.ts';
import { AccountLedger } from './account-ledger.ts';
import { AccountPeople, slbIds } from './account-people.ts';
import { AccountService, servicePlaces } from './account-service.ts';
import { accountUser } from './local-cloud.ts';
import type { LocalCloud } from './local-cloud.ts';
import { LocalProcess } from './local-process.ts';
import { isReleased } from './service-loop.ts';

/** Tries in which a Service must be gone once nothing stands in the way. */
const patience = 8;

const firstEdit: ServiceEdit = {
  slb: 0,
  ports: [{ protocol: 'TCP', port: 80 }],
  mode: 'service',
  checksHealth: false,
  flaw: 'none',
};

/** Plays a history in an account that is shared. Gives what was done to things of others, and what was left behind. */
export class AccountHistory {
  readonly #cloud: LocalCloud;
  readonly #ledger: AccountLedger;
  readonly #people: AccountPeople;
  readonly #processes: LocalProcess[] = [];
  readonly #running: LocalProcess[];
  readonly #services: AccountService[];
  readonly #nodes: (readonly Node[])[] = [nodesOf([1, 2]), nodesOf([3])];
  readonly #problems: string[] = [];
  /** SLBs that another account had at some time. */
  readonly #foreign = new Set<string>();
  /** Clusters whose first process is gone. */
  readonly #restarted = new Set<number>();
  #serial = 0;

  constructor(cloud: LocalCloud) {
    this.#cloud = cloud;
    this.#ledger = new AccountLedger(cloud);
    this.#people = new AccountPeople(cloud, this.#ledger);
    this.#people.furnish();
    this.#running = [this.#start(), this.#start()];
    this.#services = servicePlaces.map((_, index) => this.#create(index, firstEdit));
    for (const service of this.#services) {
      if (service.place.isOld) service.startOld(cloud, this.#ledger);
    }
  }

  async run(actions: readonly AccountAction[]): Promise<readonly string[]> {
    try {
      for (const [index, action] of actions.entries()) {
        const trespasses = await this.#take(action);
        this.#problems.push(
          ...trespasses.map((text) => `${index} ${JSON.stringify(action)}: ${text}`),
        );
        if (this.#problems.length > 0) return this.#problems;
      }
      await this.#removeAll();
      return this.#problems;
    } finally {
      this.#cloud.setFaults([]);
      for (const process of this.#processes) await process[Symbol.asyncDispose]();
    }
  }

  async #take(action: AccountAction): Promise<readonly string[]> {
    switch (action.kind) {
      case 'edit':
        this.#service(action.service).edit(action.edit);
        return [];
      case 'ensure':
        return await this.#ensure(action.services);
      case 'nodes': {
        const cluster = action.cluster % 2;
        const nodes = nodesOf(action.nodes);
        this.#nodes[cluster] = nodes;
        const services = this.#services.filter(({ place }) => place.cluster === cluster);
        return await this.#ledger.watch(
          services.map(({ uid }) => uid),
          () => Promise.all(services.map(({ loop }) => loop.updateHosts(nodes))),
        );
      }
      case 'type':
        this.#service(action.service).switchType();
        return [];
      case 'delete':
        markDeleted(this.#service(action.service));
        return await this.#ensure([action.service]);
      case 'create': {
        const index = action.service % this.#services.length;
        const { loop } = this.#service(index);
        if (isReleased(loop.actor.service))
          this.#services[index] = this.#create(index, action.edit);
        return [];
      }
      case 'abandon':
        this.#service(action.service).abandon(action.slb);
        return [];
      case 'restart':
        await this.#restart(action.cluster % 2);
        return [];
      case 'crash':
        return await this.#dieIn(action.services, action.calls);
      case 'wait':
        return await this.#ledger.watch([], () => this.#process(action.cluster).background());
      case 'fault': {
        const { after, fault, operation, times } = action;
        this.#cloud.setFaults([{ operation, ...fault.effect, after, times }]);
        return [];
      }
      case 'people':
        this.#people.act(action.action);
        return [];
      case 'owner':
        return this.#setOwner(slbIds[action.slb % slbIds.length] ?? '', action.isForeign);
      case 'slb-goes':
        this.#cloud.removeSlb(slbIds[action.slb % slbIds.length] ?? '');
        return [];
      default:
        return action satisfies never;
    }
  }

  /** Lets the controllers try some Services, all at the same moment. */
  async #ensure(indexes: readonly number[]): Promise<readonly string[]> {
    const services = [...new Set(indexes.map((index) => this.#service(index)))];
    return await this.#ledger.watch(
      services.map(({ uid }) => uid),
      () => Promise.all(services.map(({ loop, place }) => loop.sync(this.#nodesOf(place.cluster)))),
    );
  }

  /** The processes of the Services die after so many calls; others take their place. */
  async #dieIn(indexes: readonly number[], calls: number): Promise<readonly string[]> {
    const services = [...new Set(indexes.map((index) => this.#service(index)))];
    const clusters = new Set(services.map(({ place }) => place.cluster));
    const before = services.map(({ loop }) => loop.actor.service);
    for (const cluster of clusters) this.#process(cluster).dieAfter(calls);
    const trespasses = await this.#ensure(indexes);
    for (const [index, { loop, place }] of services.entries()) {
      if (!this.#process(place.cluster).isDead) continue;
      // A dead process writes no status and removes no finalizer; it may have added one.
      const finalizers = [LoadBalancerCleanupFinalizer];
      const { status } = before[index] ?? {};
      loop.actor.edit((service) => ({
        ...service,
        metadata: { ...service.metadata, finalizers },
        ...(status === undefined ? {} : { status }),
      }));
    }
    for (const cluster of clusters) await this.#restart(cluster);
    return trespasses;
  }

  async #restart(cluster: number): Promise<void> {
    await this.#process(cluster)[Symbol.asyncDispose]();
    const process = this.#start();
    this.#restarted.add(cluster);
    this.#running[cluster] = process;
    for (const { loop, place } of this.#services)
      if (place.cluster === cluster) loop.handOver(process);
  }

  #setOwner(slbId: string, isForeign: boolean): readonly string[] {
    if (!this.#cloud.has(slbId)) return [];
    if (isForeign) this.#foreign.add(slbId);
    const userId = isForeign ? 'somebody-else' : accountUser;
    this.#cloud.patchState({ slbs: [{ slbId, userId }] });
    return [];
  }

  /** Nothing stands in the way any more: every Service is deleted, and nothing of it may be left. */
  async #removeAll(): Promise<void> {
    this.#cloud.setFaults([]);
    for (const { slbId } of this.#cloud.state().slbs) this.#setOwner(slbId, false);
    for (const service of this.#services) {
      markDeleted(service);
      const { loop, place, uid } = service;
      let error = '';
      for (let number = 0; number < patience && !isReleased(loop.actor.service); number += 1) {
        const trespasses = await this.#ledger.watch([uid], async () => {
          ({ error } = await loop.sync(this.#nodesOf(place.cluster)));
          await this.#process(place.cluster).background();
        });
        this.#problems.push(...trespasses.map((text) => `in the end ${uid}: ${text}`));
      }
      if (!isReleased(loop.actor.service))
        this.#problems.push(`${uid} cannot be deleted: ${error}`);
      const left = this.#ledger
        .ownedBy(uid)
        .filter(({ slbId }) => !service.abandoned.has(slbId) && !this.#foreign.has(slbId))
        // What a status once told of a former SLB is lost with the process that could not look there.
        .filter(
          ({ listenerId }) => !listenerId.startsWith('old-') || !this.#restarted.has(place.cluster),
        );
      this.#problems.push(...left.map((one) => `${uid} leaves ${JSON.stringify(one)}`));
    }
  }

  #create(index: number, edit: ServiceEdit): AccountService {
    const place = servicePlaces[index % servicePlaces.length] ?? servicePlaces[0];
    if (place === undefined) throw new Error('there is no place for a Service');
    const number = this.#next();
    // A Service that comes after one of version 0.1 is another one, with other digits.
    const isSuccessor = place.isOld && number > servicePlaces.length;
    const digits = isSuccessor ? `eeee${String(number).padStart(4, '0')}` : place.digits;
    const uid = `${digits}-${String(number).padStart(4, '0')}-4000-8000-000000000000`;
    return new AccountService(place, uid, { edit, process: this.#process(place.cluster) });
  }

  #service(index: number): AccountService {
    const service = this.#services[index % this.#services.length];
    if (service === undefined) throw new Error('there is no Service');
    return service;
  }

  #process(cluster: number): LocalProcess {
    const process = this.#running[cluster % 2];
    if (process === undefined) throw new Error('there is no process');
    return process;
  }

  #nodesOf(cluster: number): readonly Node[] {
    return this.#nodes[cluster] ?? [];
  }

  #start(): LocalProcess {
    const process = new LocalProcess(this.#cloud);
    this.#processes.push(process);
    return process;
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}

function markDeleted({ loop }: AccountService): void {
  loop.actor.edit((service) => ({
    ...service,
    metadata: { ...service.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  }));
}

function nodesOf(numbers: readonly number[]): readonly Node[] {
  return numbers.map((number) => buildNode(`n${number}`, `192.168.0.${number}`));
}
