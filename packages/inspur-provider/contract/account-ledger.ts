import type { CloudSnapshot, Listener } from '@k8s-ccm/inspur-emulator';

import type { LocalCloud } from './local-cloud.ts';

/** Everything in the account at one moment, by id, as text. */
interface AccountPicture {
  readonly listeners: ReadonlyMap<string, { readonly wire: Listener; readonly text: string }>;
  /** With the listener of each. */
  readonly members: ReadonlyMap<string, { readonly listenerId: string; readonly text: string }>;
  readonly rest: string;
}

/** Who owns what in the account, and whether somebody touches what is not theirs. */
export class AccountLedger {
  readonly #cloud: LocalCloud;
  /** By listener id, the UID of the Service that owns it. All others are people's. */
  readonly #owners = new Map<string, string>();

  constructor(cloud: LocalCloud) {
    this.#cloud = cloud;
  }

  /** Notes that a Service owns a listener. */
  assign(listenerId: string, uid: string): void {
    this.#owners.set(listenerId, uid);
  }

  /** The listeners that no Service owns. */
  peoples(): readonly Listener[] {
    return this.#cloud.state().listeners.filter((one) => !this.#owners.has(one.listenerId));
  }

  /** The listeners of a Service that exist. */
  ownedBy(uid: string): readonly Listener[] {
    return this.#cloud
      .state()
      .listeners.filter(({ listenerId }) => this.#owners.get(listenerId) === uid);
  }

  /**
   * Lets a provider work for some Services. Gives what it did to things that are not theirs; a new
   * listener is theirs if it carries the name that one of them gives.
   */
  async watch(uids: readonly string[], work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = pictureOf(this.#cloud.state());
    await work();
    const after = pictureOf(this.#cloud.state());
    const isTheirs = (listenerId: string): boolean => {
      const owner = this.#owners.get(listenerId);
      return owner !== undefined && uids.includes(owner);
    };
    const trespasses: string[] = [];
    for (const [listenerId, { text, wire }] of after.listeners) {
      if (before.listeners.has(listenerId)) continue;
      const owner = uids.find((uid) => wire.listenerName.startsWith(`k8s_${digitsOf(uid)}_`));
      if (owner === undefined) trespasses.push(`creates ${text}`);
      else this.assign(listenerId, owner);
    }
    trespasses.push(
      ...changes(before.listeners, after.listeners, isTheirs),
      ...changes(before.members, after.members, (_, { listenerId }) => isTheirs(listenerId)),
    );
    for (const [backendId, { listenerId, text }] of after.members) {
      if (!before.members.has(backendId) && !isTheirs(listenerId)) trespasses.push(`adds ${text}`);
    }
    return before.rest === after.rest ? trespasses : [...trespasses, 'changes more than listeners'];
  }
}

/** The first 16 digits of a UID. */
export function digitsOf(uid: string): string {
  return uid.replaceAll('-', '').slice(0, 16);
}

function changes<T extends { readonly text: string }>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  isTheirs: (id: string, item: T) => boolean,
): readonly string[] {
  return [...before]
    .filter(([id, item]) => !isTheirs(id, item) && after.get(id)?.text !== item.text)
    .map(([id, { text }]) => `makes ${after.get(id)?.text ?? 'nothing'} of ${text}`);
}

function pictureOf({ listeners, members, slbs, ...rest }: CloudSnapshot): AccountPicture {
  return {
    listeners: new Map(
      listeners.map((wire) => [wire.listenerId, { wire, text: JSON.stringify(wire) }]),
    ),
    members: new Map(
      members.map((wire) => [
        wire.backendId,
        { listenerId: wire.listenerId, text: JSON.stringify(wire) },
      ]),
    ),
    rest: JSON.stringify([slbs.map((slb) => ({ ...slb, listenerCount: 0 })), rest]),
  };
}
