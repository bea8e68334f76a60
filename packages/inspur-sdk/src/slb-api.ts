import type { Clock, CloudClient, CloudRequest, Random } from '@k8s-ccm/cloud-http';
import { CloudApiError } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import type { CarefulWork } from './look-before-repeating.ts';
import { lookBeforeRepeating } from './look-before-repeating.ts';
import { createLoadBalancerBody, eipPath, listQuery, updateMemberBody } from './slb-assumed.ts';
import { SlbErrorCode } from './slb-error-code.ts';
import {
  isBackendNotFound,
  isListenerNotFound,
  isListenerPortInUse,
  isSlbNotFound,
} from './slb-error-predicates.ts';
import { addedMembers, listenerFromWire, listenerToWire, memberToWire, wire } from './slb-wire.ts';
import type {
  CallOptions,
  Listener,
  ListenerSpec,
  Member,
  MemberChange,
  MemberSpec,
  Slb,
  SlbClient,
  SlbSpec,
} from './slb.ts';

/** What the SLB API is reached by. */
export interface SlbApiOptions {
  readonly client: CloudClient;
  /** Address of the collection of load balancers, without a slash at its end. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Most pages of one list: a server that never ends must not keep us for ever. */
const mostPages = 1000;

/** The SLB API over HTTP. inspur.md §2. */
export class SlbApi implements SlbClient {
  readonly #client: CloudClient;
  readonly #url: string;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(options: SlbApiOptions) {
    this.#client = options.client;
    this.#url = options.url;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  async getLoadBalancer(slbId: string, options?: CallOptions): Promise<Slb> {
    const operation = 'GetLoadBalancer';
    const query = { slbId };
    const answer = wire.slbs;
    const request = { operation, method: 'GET', url: this.#url, query, answer } as const;
    const found = await this.#client.call(request, options);
    // A server that does not know the filter gives all of them.
    const slb = found.find((candidate) => candidate.slbId === slbId);
    if (slb !== undefined) return slb;
    throw new CloudApiError(`${operation}: there is no load balancer ${slbId}`, {
      operation,
      method: 'GET',
      url: this.#url,
      outcome: 'refused',
      retryable: false,
      attempts: 1,
      status: 200,
      apiCode: SlbErrorCode.SlbNotFound,
      requestId: '',
      bodyKind: 'json',
    });
  }

  async listLoadBalancers(
    filter: { readonly name?: string } = {},
    options?: CallOptions,
  ): Promise<readonly Slb[]> {
    const { name } = filter;
    const slbs = new Map<string, Slb>();
    for (let page = 1; page <= mostPages; page += 1) {
      const found = await this.#client.call(
        {
          operation: 'ListLoadBalancers',
          method: 'GET',
          url: this.#url,
          query: listQuery(page, name),
          answer: wire.slbs,
        },
        options,
      );
      const before = slbs.size;
      for (const slb of found) slbs.set(slb.slbId, slb);
      // The size of a page is the server's choice, and a server that does not page gives the same again:
      // the end is where nothing new comes.
      if (slbs.size === before) break;
    }
    const all = [...slbs.values()];
    return name === undefined ? all : all.filter((slb) => slb.slbName === name);
  }

  async createLoadBalancer(spec: SlbSpec, options?: CallOptions): Promise<Slb> {
    return await this.#carefully(options, {
      attempt: () =>
        this.#client.call(
          {
            operation: 'CreateLoadBalancer',
            method: 'POST',
            url: this.#url,
            body: { json: createLoadBalancerBody(spec) },
            answer: wire.slb,
          },
          options,
        ),
      look: async () => (await this.listLoadBalancers({ name: spec.slbName }, options))[0],
    });
  }

  async renameLoadBalancer(slbId: string, slbName: string, options?: CallOptions): Promise<void> {
    await this.#client.call(
      {
        operation: 'RenameLoadBalancer',
        method: 'PUT',
        url: this.#slbUrl(slbId),
        body: { json: { slbName } },
        answer: t.unknown,
      },
      options,
    );
  }

  async deleteLoadBalancer(slbId: string, options?: CallOptions): Promise<void> {
    const url = this.#slbUrl(slbId);
    await this.#delete({ operation: 'DeleteLoadBalancer', url }, isSlbNotFound, options);
  }

  async bindEip(slbId: string, eipId: string, options?: CallOptions): Promise<void> {
    await this.#client.call(
      {
        operation: 'BindEip',
        method: 'POST',
        url: `${this.#slbUrl(slbId)}/${eipPath}`,
        body: { json: { eipId } },
        answer: t.unknown,
        // Names the EIP, so that a second time changes nothing.
        idempotent: true,
      },
      options,
    );
  }

  async unbindEip(slbId: string, options?: CallOptions): Promise<void> {
    const url = `${this.#slbUrl(slbId)}/${eipPath}`;
    const request = { operation: 'UnbindEip', method: 'DELETE', url, answer: t.unknown } as const;
    await this.#client.call(request, options);
  }

  async listListeners(slbId: string, options?: CallOptions): Promise<readonly Listener[]> {
    const url = `${this.#slbUrl(slbId)}/listeners`;
    const answer = wire.listeners;
    const request = { operation: 'ListListeners', method: 'GET', url, answer } as const;
    return (await this.#client.call(request, options)).map(listenerFromWire);
  }

  async getListener(slbId: string, listenerId: string, options?: CallOptions): Promise<Listener> {
    const url = this.#listenerUrl(slbId, listenerId);
    const answer = wire.listener;
    const request = { operation: 'GetListener', method: 'GET', url, answer } as const;
    return listenerFromWire(await this.#client.call(request, options));
  }

  async createListener(
    slbId: string,
    spec: ListenerSpec,
    options?: CallOptions,
  ): Promise<Listener> {
    const request = {
      operation: 'CreateListener',
      method: 'POST',
      // The slash at the end belongs to the address. inspur.md §2.
      url: `${this.#slbUrl(slbId)}/listeners/`,
      body: { json: listenerToWire(slbId, spec) },
      answer: wire.listener,
    } as const;
    return await this.#carefully(options, {
      attempt: async () => listenerFromWire(await this.#client.call(request, options)),
      look: async () =>
        (await this.listListeners(slbId, options)).find(
          (listener) =>
            listener.listenerName === spec.listenerName &&
            listener.protocol === spec.protocol &&
            listener.port === spec.port,
        ),
      mayMeanDone: (error, number) => number > 1 && isListenerPortInUse(error),
    });
  }

  async updateListener(
    slbId: string,
    listenerId: string,
    spec: ListenerSpec,
    options?: CallOptions,
  ): Promise<Listener> {
    const answer = await this.#client.call(
      {
        operation: 'UpdateListener',
        method: 'PUT',
        url: this.#listenerUrl(slbId, listenerId),
        body: { json: listenerToWire(slbId, spec) },
        answer: wire.listener,
      },
      options,
    );
    return listenerFromWire(answer);
  }

  async deleteListener(slbId: string, listenerId: string, options?: CallOptions): Promise<void> {
    const url = this.#listenerUrl(slbId, listenerId);
    await this.#delete({ operation: 'DeleteListener', url }, isListenerNotFound, options);
  }

  async listMembers(
    slbId: string,
    listenerId: string,
    options?: CallOptions,
  ): Promise<readonly Member[]> {
    const url = `${this.#listenerUrl(slbId, listenerId)}/members`;
    const request = { operation: 'ListMembers', method: 'GET', url, answer: wire.members } as const;
    return await this.#client.call(request, options);
  }

  async addMembers(
    slbId: string,
    listenerId: string,
    members: readonly MemberSpec[],
    options?: CallOptions,
  ): Promise<readonly Member[]> {
    if (members.length === 0) return [];
    const wanted = new Set(members.map(memberKey));
    const found: Member[] = [];
    let missing = members;
    const request = (): CloudRequest<unknown> => ({
      operation: 'AddMembers',
      method: 'POST',
      url: `${this.#listenerUrl(slbId, listenerId)}/members`,
      body: { json: missing.map(memberToWire) },
      answer: t.unknown,
    });
    const added = await this.#carefully(options, {
      attempt: async () => addedMembers(await this.#client.call(request(), options)),
      look: async () => {
        const present = await this.listMembers(slbId, listenerId, options);
        const keys = new Set(present.map(memberKey));
        found.splice(0, found.length, ...present.filter((member) => wanted.has(memberKey(member))));
        missing = members.filter((member) => !keys.has(memberKey(member)));
        return missing.length === 0 ? [] : undefined;
      },
    });
    return [...found, ...added];
  }

  async removeMembers(
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
      url: `${this.#listenerUrl(slbId, listenerId)}/members`,
      query: { backendIdList: JSON.stringify(left) },
      answer: t.unknown,
      // All or nothing: once one of them is gone, the same list is refused.
      idempotent: false,
    });
    await this.#carefully(options, {
      attempt: async () => {
        await this.#client.call(request(), options);
        return true;
      },
      look: async () => {
        const present = await this.listMembers(slbId, listenerId, options);
        const ids = new Set(present.map((member) => member.backendId));
        left = backendIds.filter((backendId) => ids.has(backendId));
        return left.length === 0 ? true : undefined;
      },
      // Perhaps some are gone and the rest is still there.
      mayMeanDone: isBackendNotFound,
    });
  }

  async updateMember(
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
        url: `${this.#listenerUrl(slbId, listenerId)}/members/${encodeURIComponent(backendId)}`,
        body: { json: updateMemberBody(change) },
        answer: t.unknown,
      },
      options,
    );
  }

  #slbUrl(slbId: string): string {
    return `${this.#url}/${encodeURIComponent(slbId)}`;
  }

  #listenerUrl(slbId: string, listenerId: string): string {
    return `${this.#slbUrl(slbId)}/listeners/${encodeURIComponent(listenerId)}`;
  }

  /** Deletes; where an earlier attempt of the same call may have done it, "not found" is success. */
  async #delete(
    request: { readonly operation: string; readonly url: string },
    isGone: (error: unknown) => boolean,
    options: CallOptions | undefined,
  ): Promise<void> {
    try {
      await this.#client.call({ ...request, method: 'DELETE', answer: t.unknown }, options);
    } catch (error) {
      const retried = error instanceof CloudApiError && error.attempts > 1;
      if (!retried || !isGone(error)) throw error;
    }
  }

  async #carefully<T>(
    options: CallOptions | undefined,
    work: Pick<CarefulWork<T>, 'attempt' | 'look' | 'mayMeanDone'>,
  ): Promise<T> {
    const { signal } = options ?? {};
    return await lookBeforeRepeating({ ...work, clock: this.#clock, random: this.#random, signal });
  }
}

function memberKey(member: MemberSpec): string {
  return `${member.serverId} ${member.port}`;
}
