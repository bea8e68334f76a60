import type { CloudClient, CloudRequest } from '@k8s-ccm/cloud-http';
import { CloudApiError, CloudDecodeError } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import type { CallOptions } from '../call/call-options.ts';
import type { RetryWithVerification } from '../call/retry-with-verification.ts';
import { retryWithVerification } from '../call/retry-with-verification.ts';
import { maxPages, readUntilComplete } from '../list/read-until-complete.ts';
import type { SlbApiOptions } from './member-api.ts';
import { MemberApi } from './member-api.ts';
import type { MemberClient } from './member.ts';
import { createLoadBalancerBody, listQuery } from './slb-assumed.ts';
import { SlbCollector } from './slb-collector.ts';
import { SlbErrorCode } from './slb-error-code.ts';
import { isListenerNotFound, isListenerPortInUse, isSlbNotFound } from './slb-error-predicates.ts';
import type { SlbPaths } from './slb-paths.ts';
import { slbPaths } from './slb-paths.ts';
import { listenerFromWire, listenerToWire, wire } from './slb-wire.ts';
import type { Listener, ListenerSpec, Slb, SlbClient, SlbList, SlbSpec } from './slb.ts';

/** {@link SlbClient} over HTTP. See inspur-api.md#slb. */
export class SlbApi implements SlbClient {
  readonly members: MemberClient;
  readonly #client: CloudClient;
  readonly #paths: SlbPaths;
  readonly #retryWithVerification: RetryWithVerification;

  constructor(options: SlbApiOptions) {
    this.#client = options.client;
    this.#paths = slbPaths(options.url);
    this.#retryWithVerification = retryWithVerification(options);
    this.members = new MemberApi(options);
  }

  async getLoadBalancer(slbId: string, options?: CallOptions): Promise<Slb> {
    const operation = 'GetLoadBalancer';
    const query = { slbId };
    const answer = wire.slbs;
    const request = { operation, method: 'GET', url: this.#paths.slbs, query, answer } as const;
    const found = await this.#client.call(request, options);
    const slb = found.find((candidate) => candidate.slbId === slbId);
    if (slb !== undefined) return slb;
    const fields = { operation, method: 'GET', url: this.#paths.slbs, attempts: 1, status: 200 };
    // A server that ignores the filter returns other load balancers, and maybe not all of them.
    if (found.length > 0) {
      const all = await this.listLoadBalancers({}, options);
      const listed = all.slbs.find((candidate) => candidate.slbId === slbId);
      if (listed !== undefined) return listed;
      if (!all.complete) {
        const message = `${operation}: the response describes other load balancers, and the list of all load balancers may be incomplete: it is not known whether ${slbId} exists`;
        throw new CloudDecodeError(message, {
          ...fields,
          outcome: 'unknown',
          retryable: true,
          problem: 'wrong-type',
        });
      }
    }
    throw new CloudApiError(`${operation}: load balancer ${slbId} does not exist`, {
      ...fields,
      outcome: 'refused',
      retryable: false,
      apiCode: SlbErrorCode.SlbNotFound,
      requestId: '',
      bodyKind: 'json',
    });
  }

  async listLoadBalancers(
    { name }: { readonly name?: string } = {},
    options?: CallOptions,
  ): Promise<SlbList> {
    const { passes, last, complete, calls } = await readUntilComplete<SlbCollector>(
      async (previous) => await this.#readAllPages(new SlbCollector(previous), name, options),
    );
    const found = complete ? last.slbs : new Map(passes.flatMap(({ slbs }) => [...slbs]));
    const slbs = [...found.values()].filter((slb) => name === undefined || slb.slbName === name);
    return { slbs, complete, calls };
  }

  async createLoadBalancer(spec: SlbSpec, options?: CallOptions): Promise<Slb> {
    const request = {
      operation: 'CreateLoadBalancer',
      method: 'POST',
      url: this.#paths.slbs,
      body: { json: createLoadBalancerBody(spec) },
      answer: wire.slb,
    } as const;
    return await this.#retryWithVerification<Slb>({
      ...options,
      attempt: () => this.#client.call(request, options),
      verify: async (failed) => {
        const { slbs, complete } = await this.listLoadBalancers({ name: spec.slbName }, options);
        // An incomplete list does not prove that the load balancer must be created again.
        if (slbs[0] === undefined && !complete) throw failed;
        return slbs[0];
      },
    });
  }

  async renameLoadBalancer(slbId: string, slbName: string, options?: CallOptions): Promise<void> {
    await this.#client.call(
      {
        operation: 'RenameLoadBalancer',
        method: 'PUT',
        url: this.#paths.slb(slbId),
        body: { json: { slbName } },
        answer: t.unknown,
      },
      options,
    );
  }

  async deleteLoadBalancer(slbId: string, options?: CallOptions): Promise<void> {
    const url = this.#paths.slb(slbId);
    await this.#delete({ operation: 'DeleteLoadBalancer', url }, isSlbNotFound, options);
  }

  async bindEip(slbId: string, eipId: string, options?: CallOptions): Promise<void> {
    const request: CloudRequest<unknown> = {
      operation: 'BindEip',
      method: 'POST',
      url: this.#paths.eip(slbId),
      body: { json: { eipId } },
      answer: t.unknown,
    };
    const isDone = (slb: Slb): boolean => slb.eipId === eipId;
    await this.#changeEip(slbId, request, isDone, options);
  }

  async unbindEip(slbId: string, options?: CallOptions): Promise<void> {
    const request: CloudRequest<unknown> = {
      operation: 'UnbindEip',
      method: 'DELETE',
      url: this.#paths.eip(slbId),
      answer: t.unknown,
      // The second request is refused, because no EIP is bound.
      idempotent: false,
    };
    await this.#changeEip(slbId, request, (slb) => slb.eipId === '', options);
  }

  async listListeners(slbId: string, options?: CallOptions): Promise<readonly Listener[]> {
    const url = this.#paths.listeners(slbId);
    const answer = wire.listeners;
    const request = { operation: 'ListListeners', method: 'GET', url, answer } as const;
    return (await this.#client.call(request, options)).map(listenerFromWire);
  }

  async getListener(slbId: string, listenerId: string, options?: CallOptions): Promise<Listener> {
    const url = this.#paths.listener(slbId, listenerId);
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
      url: this.#paths.newListener(slbId),
      body: { json: listenerToWire(slbId, spec) },
      answer: wire.listener,
    } as const;
    return await this.#retryWithVerification({
      ...options,
      attempt: async () => listenerFromWire(await this.#client.call(request, options)),
      verify: async () =>
        (await this.listListeners(slbId, options)).find(
          (listener) =>
            listener.listenerName === spec.listenerName &&
            listener.protocol === spec.protocol &&
            listener.port === spec.port,
        ),
      mayHaveSucceeded: (error, number) => number > 1 && isListenerPortInUse(error),
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
        url: this.#paths.listener(slbId, listenerId),
        body: { json: listenerToWire(slbId, spec) },
        answer: wire.listener,
      },
      options,
    );
    return listenerFromWire(answer);
  }

  async deleteListener(slbId: string, listenerId: string, options?: CallOptions): Promise<void> {
    const url = this.#paths.listener(slbId, listenerId);
    await this.#delete({ operation: 'DeleteListener', url }, isListenerNotFound, options);
  }

  async #readAllPages(
    collector: SlbCollector,
    name: string | undefined,
    options: CallOptions | undefined,
  ): Promise<SlbCollector> {
    const request = {
      operation: 'ListLoadBalancers',
      method: 'GET',
      url: this.#paths.slbs,
      answer: wire.slbs,
    } as const;
    for (let page = 1; page <= maxPages && !collector.hasEnded; page += 1) {
      const query = listQuery(page, name);
      collector.add(await this.#client.call({ ...request, query }, options));
    }
    return collector;
  }

  /** Deletes a resource. If an earlier attempt of the same call may have deleted it, "not found" is a success. */
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

  async #changeEip(
    slbId: string,
    request: CloudRequest<unknown>,
    isDone: (slb: Slb) => boolean,
    options: CallOptions | undefined,
  ): Promise<void> {
    await this.#retryWithVerification({
      ...options,
      attempt: async () => {
        await this.#client.call(request, options);
        return true;
      },
      verify: async () => (isDone(await this.getLoadBalancer(slbId, options)) ? true : undefined),
    });
  }
}
