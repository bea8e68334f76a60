import { Cloud, defaultAccount, seededRandom } from '@k8s-ccm/inspur-emulator';
import type {
  Call,
  CloudReply,
  CloudRequest,
  CloudSnapshot,
  Fault,
  Listener,
  LoadBalancer,
  MemberRules,
} from '@k8s-ccm/inspur-emulator';

import type { EmulatedCloud } from '../src/testing/emulated-cloud.ts';

const region = 'cn-north-3';

/** The user that owns the account of the providers. */
export const accountUser = defaultAccount.userId;

/** An emulated cloud in the same process, reached without a socket, so that very many calls take little time. */
export class LocalCloud implements EmulatedCloud {
  readonly slbUrl = `http://cloud.test/regionsvc-${region}/slb/v1/slbs`;
  readonly ecsUrl = 'http://cloud.test/ecs/';
  readonly vpcUrl = 'http://cloud.test/vpc/';
  readonly region = region;
  readonly credentials = { token: defaultAccount.token };
  readonly #cloud = new Cloud({
    region,
    accounts: [defaultAccount],
    now: () => 0,
    random: seededRandom(1),
    tokenLifetimeSeconds: 300,
    clockToleranceMs: Infinity,
    slbCreateMs: 0,
    slbDeleteMs: 0,
  });

  handle(request: CloudRequest): CloudReply {
    return this.#cloud.handle(request);
  }

  state(): CloudSnapshot {
    return this.#cloud.state.snapshot();
  }

  /** Replaces everything. */
  replaceState(seed: object): void {
    this.#cloud.state.replace(seed);
  }

  /** Adds objects, and changes those that exist. */
  patchState(seed: object): void {
    this.#cloud.state.upsert(seed);
  }

  /** Whether an SLB exists, whoever owns it. */
  has(slbId: string): boolean {
    return this.state().slbs.some((slb) => slb.slbId === slbId);
  }

  /** Removes an SLB with its listeners. */
  removeSlb(slbId: string): void {
    const { slbs } = this.state();
    this.#remove(
      (one) => one.slbId === slbId,
      slbs.filter((slb) => slb.slbId !== slbId),
    );
  }

  /** Removes a listener with its members. */
  removeListener(listenerId: string): void {
    this.#remove((one) => one.listenerId === listenerId, this.state().slbs);
  }

  get hasNoFaults(): boolean {
    return this.#cloud.faultPlan.faults.length === 0;
  }

  setFaults(faults: readonly Fault[]): void {
    this.#cloud.faultPlan.faults = faults;
  }

  setMemberRules(rules: MemberRules): void {
    this.#cloud.memberRules = rules;
  }

  /** How many calls there were. */
  get callCount(): number {
    return this.#cloud.log.since(Number.MAX_SAFE_INTEGER).next;
  }

  calls(since = 0): { readonly next: number; readonly calls: readonly Call[] } {
    return this.#cloud.log.since(since);
  }

  #remove(isGone: (listener: Listener) => boolean, slbs: readonly LoadBalancer[]): void {
    const { listeners, members, ...rest } = this.state();
    const kept = listeners.filter((one) => !isGone(one));
    const ids = new Set(kept.map(({ listenerId }) => listenerId));
    const left = members.filter(({ listenerId }) => ids.has(listenerId));
    this.replaceState({ ...rest, slbs, listeners: kept, members: left });
  }
}
