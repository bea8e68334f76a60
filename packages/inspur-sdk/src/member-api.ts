import type { Clock, CloudClient, CloudRequest, Random } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import type { Carefully } from './careful-work.ts';
import { carefully } from './careful-work.ts';
import { updateMemberBody } from './slb-assumed.ts';
import { isBackendNotFound } from './slb-error-predicates.ts';
import type { SlbPaths } from './slb-paths.ts';
import { slbPaths } from './slb-paths.ts';
import { addedMembers, memberToWire, wire } from './slb-wire.ts';
import type { CallOptions, Member, MemberChange, MemberSpec } from './slb.ts';

/** What the SLB API is reached by. */
export interface SlbApiOptions {
  readonly client: CloudClient;
  /** Address of all load balancers, without a slash at its end. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The part of the SLB API that deals with the members of listeners. */
export class MemberApi {
  readonly #client: CloudClient;
  readonly #paths: SlbPaths;
  readonly #carefully: Carefully;

  constructor(options: SlbApiOptions) {
    this.#client = options.client;
    this.#paths = slbPaths(options.url);
    this.#carefully = carefully(options);
  }

  async list(slbId: string, listenerId: string, options?: CallOptions): Promise<readonly Member[]> {
    const url = this.#paths.members(slbId, listenerId);
    const request = { operation: 'ListMembers', method: 'GET', url, answer: wire.members } as const;
    return await this.#client.call(request, options);
  }

  async add(
    slbId: string,
    listenerId: string,
    members: readonly MemberSpec[],
    options?: CallOptions,
  ): Promise<readonly Member[]> {
    if (members.length === 0) return [];
    const wanted = new Set(members.map(keyOf));
    let found: readonly Member[] = [];
    let missing = members;
    const request = (): CloudRequest<unknown> => ({
      operation: 'AddMembers',
      method: 'POST',
      url: this.#paths.members(slbId, listenerId),
      body: { json: missing.map(memberToWire) },
      answer: t.unknown,
    });
    const added = await this.#carefully({
      ...options,
      attempt: async () => addedMembers(await this.#client.call(request(), options)),
      look: async () => {
        const present = await this.list(slbId, listenerId, options);
        found = present.filter((member) => wanted.has(keyOf(member)));
        const keys = new Set(found.map(keyOf));
        missing = members.filter((member) => !keys.has(keyOf(member)));
        return missing.length === 0 ? [] : undefined;
      },
    });
    return [...found, ...added];
  }

  async remove(
    slbId: string,
    listenerId: string,
    backendIds: readonly string[],
    options?: CallOptions,
  ): Promise<void> {
    if (backendIds.length === 0) return;
    let left = backendIds;
    const request = (): CloudRequest<unknown> => ({
      operation: 'RemoveMembers',
      method: 'DELETE',
      url: this.#paths.members(slbId, listenerId),
      query: { backendIdList: JSON.stringify(left) },
      answer: t.unknown,
      // All or nothing: once one of them is gone, the same list is refused.
      idempotent: false,
    });
    await this.#carefully({
      ...options,
      attempt: async () => {
        await this.#client.call(request(), options);
        return true;
      },
      look: async () => {
        const present = await this.list(slbId, listenerId, options);
        const ids = new Set(present.map((member) => member.backendId));
        left = backendIds.filter((backendId) => ids.has(backendId));
        return left.length === 0 ? true : undefined;
      },
      // Perhaps some are gone and the rest is still there.
      mayMeanDone: isBackendNotFound,
    });
  }

  async update(
    slbId: string,
    listenerId: string,
    backendId: string,
    change: MemberChange,
    options?: CallOptions,
  ): Promise<void> {
    await this.#client.call(
      {
        operation: 'UpdateMember',
        method: 'PUT',
        url: this.#paths.member(slbId, listenerId, backendId),
        body: { json: updateMemberBody(change) },
        answer: t.unknown,
      },
      options,
    );
  }
}

/** By what a member is known before the cloud gives it an id. */
function keyOf(member: MemberSpec): string {
  return `${member.serverId} ${member.port}`;
}
