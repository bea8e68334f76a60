import { LoadBalancerCleanupFinalizer } from '@k8s-ccm/cloud-provider';
import type { Service } from '@k8s-ccm/cloud-provider';

import { ServiceActor } from '../src/testing/service-actor.ts';
import type { LawCase, LawStep } from './law-case.ts';
import { complaints, leftoverComplaints, removalComplaints, unexplained } from './law-judge.ts';
import type { LawView } from './law-judge.ts';
import { strangersIn } from './law-names.ts';
import { expectedHosts, lawServers, nodeOf } from './law-nodes.ts';
import type { LawNode } from './law-nodes.ts';
import { serviceOf } from './law-service.ts';
import type { LawWish } from './law-service.ts';
import { accountUser } from './local-cloud.ts';
import type { LocalCloud } from './local-cloud.ts';
import { LocalProcess } from './local-process.ts';
import { ServiceLoop } from './service-loop.ts';
import type { Ending } from './service-loop.ts';

const uid = 'a0000000-0000-4000-8000-000000000000';
const maxTries = 12;
const changing = /^(?:Create|Update|Delete|Add|Remove|Rename|Bind|Unbind)/;

/** Tries a case against the cloud. Gives what was against the law. */
export async function tryCase(cloud: LocalCloud, given: LawCase): Promise<readonly string[]> {
  const { listeners, members, rules, slbs } = given;
  cloud.setFaults([]);
  cloud.replaceState({ slbs, listeners, members, servers: lawServers });
  cloud.setMemberRules(rules);
  const trial = new LawTrial(cloud, given);
  return await trial.run();
}

class LawTrial {
  readonly #cloud: LocalCloud;
  readonly #case: LawCase;
  readonly #loop: ServiceLoop;
  readonly #processes: LocalProcess[] = [];
  readonly #problems: string[] = [];
  /** SLBs on which a name of version 0.1 may be the Service's. */
  readonly #named = new Set<string>();
  /** SLBs that were another account's at some time. */
  readonly #foreign = new Set<string>();
  /** SLBs that the user gave up, if a fault may keep them from being read. */
  readonly #givenUp = new Set<string>();
  /** SLBs on which the current process served the Service. */
  #served = new Set<string>();
  #wish: LawWish;
  #nodes: readonly LawNode[];
  #strangers = '';

  constructor(cloud: LocalCloud, given: LawCase) {
    this.#cloud = cloud;
    this.#case = given;
    this.#wish = given.wish;
    this.#nodes = given.nodes;
    const service = serviceOf(uid, given.wish);
    const actor = new ServiceActor({
      ...service,
      metadata: {
        ...service.metadata,
        finalizers: given.hasFinalizer ? [LoadBalancerCleanupFinalizer] : [],
      },
      status: { loadBalancer: { ingress: given.addresses.map((ip) => ({ ip })) } },
    });
    this.#loop = new ServiceLoop(actor, this.#start());
  }

  async run(): Promise<readonly string[]> {
    try {
      this.#noteNamed();
      this.#strangers = this.#pictureOfStrangers();
      this.#arm(0);
      await this.#settle('at first');
      for (const [index, step] of this.#case.steps.entries()) {
        if (this.#problems.length > 0) return this.#problems;
        this.#arm(index + 1);
        await this.#take(step);
        await this.#settle(`step ${index + 1} (${step.kind})`);
      }
      if (this.#problems.length === 0) await this.#delete();
      return this.#problems;
    } finally {
      this.#cloud.setFaults([]);
      for (const process of this.#processes) await process[Symbol.asyncDispose]();
    }
  }

  async #take(step: LawStep): Promise<void> {
    const { actor } = this.#loop;
    switch (step.kind) {
      case 'nodes':
        this.#nodes = step.nodes;
        this.#check('an update of the nodes', await this.#loop.updateHosts(this.#nodeObjects()));
        return;
      case 'wish':
        this.#rewrite(step.wish);
        if (step.restarts) this.#restart();
        return;
      case 'restart':
        return this.#restart();
      case 'crash': {
        this.#rewrite(step.wish);
        const { status } = actor.service;
        this.#loop.process.dieAfter(step.calls);
        await this.#loop.sync(this.#nodeObjects());
        if (this.#loop.process.isDead) {
          // A dead process writes no status and removes no finalizer.
          const finalizers = [LoadBalancerCleanupFinalizer];
          actor.edit((service) => ({
            ...service,
            metadata: { ...service.metadata, finalizers },
            status: status ?? {},
          }));
        }
        return this.#restart();
      }
      case 'type':
        actor.edit((service) => ({ ...service, spec: { ...service.spec, type: step.type } }));
        return;
      case 'slb':
        return this.#changeSlb(step.slbId, step.fields);
    }
  }

  /** Tries with the fault in force, then without, and judges what there is in the end. */
  async #settle(when: string): Promise<void> {
    if (!this.#cloud.hasNoFaults) {
      await this.#untilStable(when);
      this.#cloud.setFaults([]);
    }
    const ending = await this.#untilStable(when);
    if (ending !== undefined) await this.#judge(when, ending);
  }

  /** Tries until two tries in a row end the same way and change nothing. */
  async #untilStable(when: string): Promise<Ending | undefined> {
    let last = '';
    for (let number = 0; number < maxTries; number += 1) {
      const since = this.#cloud.callCount;
      const ending = await this.#loop.sync(this.#nodeObjects());
      this.#check(`${when}, try ${number + 1}`, ending);
      const written = this.#writesSince(since);
      const asked = this.#loop.actor.requeues.length;
      await this.#loop.process.background();
      const isAskedAgain = this.#loop.actor.requeues.length > asked;
      const next = JSON.stringify([ending, this.#cloud.state()]);
      if (!isAskedAgain && next === last) {
        if (written.length > 0 && this.#cloud.hasNoFaults) {
          this.#problems.push(`${when}: writes without need: ${written.join()}`);
        }
        return ending;
      }
      last = next;
    }
    this.#problems.push(`${when}: never settles: ${last}`);
    return undefined;
  }

  /** What holds after every try. */
  #check(when: string, ending: Ending): void {
    if (this.#pictureOfStrangers() !== this.#strangers) {
      this.#problems.push(`${when}: changes what others own`);
    }
    if (ending.kind !== 'ensured') return;
    this.#served.add(this.#wish.slbId);
    this.#problems.push(...complaints(this.#view(ending)).map((text) => `${when}: ${text}`));
  }

  async #judge(when: string, ending: Ending): Promise<void> {
    const { service } = this.#loop.actor;
    const view = this.#view(ending);
    const problems = [
      ...(isWanted(service) ? complaints(view) : removalComplaints(view)),
      ...leftoverComplaints(view),
    ];
    this.#problems.push(...problems.map((text) => `${when}, settled: ${text}`));
    if (!isWanted(service) || ending.kind === 'left-alone' || ending.kind === 'released') return;
    if (ending.kind === 'ensured') await this.#updateInVain(when);
    const mine = await this.#loop.plan(this.#nodeObjects());
    // Another process reads the named SLB even if the wish cannot be followed, and finds old names there.
    const read =
      view.unknowable.size > 0 ? [] : await this.#loop.plan(this.#nodeObjects(), this.#start());
    const others = read.filter(
      ({ target }) => ending.kind !== 'failed' || !target.startsWith(`k8s_${uid.slice(0, 8)}_`),
    );
    const steps = [...mine, ...others];
    this.#problems.push(...unexplained(steps, view).map((text) => `${when}: ${text}`));
  }

  /** Nodes that did not change are no reason for a change. */
  async #updateInVain(when: string): Promise<void> {
    const since = this.#cloud.callCount;
    const before = JSON.stringify(this.#cloud.state());
    const { kind } = await this.#loop.updateHosts(this.#nodeObjects());
    const isIdle = this.#writesSince(since).length === 0;
    if (kind === 'updated' && isIdle && JSON.stringify(this.#cloud.state()) === before) return;
    this.#problems.push(`${when}: an update without a reason is not idle`);
  }

  #writesSince(since: number): readonly string[] {
    return this.#cloud
      .calls(since)
      .calls.filter(({ operation, status }) => changing.test(operation) && isSuccess(status))
      .map(({ operation }) => operation);
  }

  async #delete(): Promise<void> {
    const { actor } = this.#loop;
    actor.edit((service) => ({
      ...service,
      metadata: { ...service.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    }));
    this.#arm(this.#case.steps.length + 1);
    await this.#settle('deletion');
  }

  /** Lets the fault strike if this is its step. */
  #arm(step: number): void {
    const { fault } = this.#case;
    if (fault?.step !== step) return this.#cloud.setFaults([]);
    const { effect } = fault.fault;
    const { after, operation } = fault;
    this.#cloud.setFaults([{ operation, ...effect, after, times: 1 }]);
  }

  #restart(): void {
    this.#served = new Set();
    this.#loop.handOver(this.#start());
  }

  #rewrite(wish: LawWish): void {
    this.#wish = wish;
    this.#noteNamed();
    const { metadata, spec } = serviceOf(uid, wish);
    this.#loop.actor.edit((service) => ({
      ...service,
      metadata: { ...service.metadata, annotations: metadata?.annotations ?? {} },
      spec: { ...service.spec, ports: spec?.ports ?? [] },
    }));
    this.#strangers = this.#pictureOfStrangers();
  }

  #changeSlb(slbId: string, fields: object | 'gone'): void {
    if (fields === 'gone') this.#cloud.removeSlb(slbId);
    else if (this.#cloud.has(slbId)) this.#cloud.patchState({ slbs: [{ slbId, ...fields }] });
    this.#noteNamed();
    this.#strangers = this.#pictureOfStrangers();
  }

  #noteNamed(): void {
    this.#named.add(this.#wish.slbId);
    const { abandoned } = this.#wish;
    if (abandoned !== '' && this.#case.fault !== undefined) this.#givenUp.add(abandoned);
    const { addresses } = this.#loop.actor;
    for (const slb of this.#cloud.state().slbs) {
      if (slb.userId !== accountUser) this.#foreign.add(slb.slbId);
      if (addresses.includes(slb.businessIp) || addresses.includes(slb.eipAddress))
        this.#named.add(slb.slbId);
    }
  }

  #view(ending: Ending): LawView {
    return {
      picture: this.#cloud.state(),
      uid,
      wish: this.#wish,
      expected: expectedHosts(this.#nodes, this.#case),
      rules: this.#case.rules,
      allowedSlbIds: this.#case.allowedSlbIds,
      addresses: this.#loop.actor.addresses,
      ending,
      texts: [...this.#loop.told, ending.error],
      isCalm: this.#cloud.hasNoFaults,
      unknowable: new Set([
        ...[...this.#foreign].filter((slbId) => !this.#served.has(slbId)),
        ...this.#givenUp,
      ]),
    };
  }

  #nodeObjects(): ReturnType<typeof nodeOf>[] {
    return this.#nodes.map(nodeOf);
  }

  #pictureOfStrangers(): string {
    return strangersIn(uid, this.#cloud.state(), this.#named);
  }

  #start(): LocalProcess {
    const process = new LocalProcess(this.#cloud, this.#case);
    this.#processes.push(process);
    return process;
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isWanted({ metadata, spec }: Service): boolean {
  return spec?.type === 'LoadBalancer' && metadata?.deletionTimestamp === undefined;
}
