import type { PeoplesAction } from './account-actions.ts';
import type { AccountLedger } from './account-ledger.ts';
import { lawServers } from './law-nodes.ts';
import type { LocalCloud } from './local-cloud.ts';

/** SLBs of the account. No Service whose UID begins with `aaaaaaaa` names the last one. */
export const slbIds = ['slb-1', 'slb-2', 'slb-3', 'slb-4', 'slb-5'];

/** What others have before a history begins. */
const first = [
  ['slb-1', 'web', 'TCP', 8080],
  ['slb-1', 'listener_30080_0', 'TCP', 30_080],
  ['slb-2', 'k8s_dddddddddddd4000_TCP_81', 'TCP', 81],
  ['slb-3', 'k8s_aaaaaaaaffff4000_TCP_80', 'TCP', 80],
  // Of version 0.1 in another cluster, for Services that share 8 digits with those here.
  ['slb-5', 'k8s_aaaaaaaa_TCP_80', 'TCP', 80],
  ['slb-5', 'k8s_aaaaaaaa_UDP_53', 'UDP', 53],
] as const;

/** People and other clusters that use the account, too. */
export class AccountPeople {
  readonly #cloud: LocalCloud;
  readonly #ledger: AccountLedger;
  #serial = 0;

  constructor(cloud: LocalCloud, ledger: AccountLedger) {
    this.#cloud = cloud;
    this.#ledger = ledger;
  }

  /** Gives the cloud its SLBs and servers, and what others have on them. */
  furnish(): void {
    this.#cloud.setFaults([]);
    this.#cloud.setMemberRules({ unique: 'no', perListener: 0, perSlb: 0 });
    const listeners = first.map(([slbId, listenerName, protocol, port], index) => ({
      slbId,
      listenerId: `others-${index}`,
      listenerName,
      protocol,
      port,
    }));
    this.#cloud.replaceState({
      slbs: [
        ...slbIds.map((slbId) => ({ slbId, businessIp: `10.0.0.${slbId.slice(-1)}` })),
        { slbId: 'slb-9', businessIp: '10.0.0.9', userId: 'somebody-else' },
      ],
      servers: lawServers,
      listeners,
      members: listeners.map(({ listenerId, port }) => memberOf(listenerId, port)),
    });
  }

  /** Changes something that is theirs, if it exists. */
  act(action: PeoplesAction): void {
    if (action.kind === 'add') return this.#add(action);
    const theirs = this.#ledger.peoples();
    const chosen = theirs[action.which % Math.max(1, theirs.length)];
    if (chosen === undefined) return;
    const { listenerId } = chosen;
    if (action.kind === 'remove') return this.#cloud.removeListener(listenerId);
    if (action.kind === 'change') {
      const { forwardRule } = action;
      return this.#cloud.patchState({ listeners: [{ listenerId, forwardRule }] });
    }
    const { serverId } = action;
    const backendId = `people-${this.#next()}`;
    this.#cloud.patchState({ members: [{ ...memberOf(listenerId, 80), backendId, serverId }] });
  }

  #add({ name, port, protocol, slbId }: Extract<PeoplesAction, { kind: 'add' }>): void {
    const isTaken = this.#cloud
      .state()
      .listeners.some((one) => one.slbId === slbId && portOf(one) === portOf({ port, protocol }));
    if (isTaken || !this.#cloud.has(slbId)) return;
    const listenerId = `people-${this.#next()}`;
    const listener = { slbId, listenerId, listenerName: name, protocol, port };
    this.#cloud.patchState({ listeners: [listener], members: [memberOf(listenerId, port)] });
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}

/** A member of somebody's listener. */
export function memberOf(listenerId: string, port: number): object {
  return {
    backendId: `of-${listenerId}`,
    listenerId,
    serverId: 'ecs-n5',
    serverIp: '192.168.0.5',
    port,
  };
}

function portOf({ port, protocol }: { readonly port: number; readonly protocol: string }): string {
  return `${protocol === 'UDP' ? 'UDP' : 'TCP'}/${port}`;
}
