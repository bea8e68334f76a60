import type { Clock, CloudClient, CloudRequest, Random } from '@k8s-ccm/cloud-http';
import { CloudTimeoutError, findCloudError } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import type { CallOptions } from '../call/call-options.ts';
import type { RetryWithVerification } from '../call/retry-with-verification.ts';
import { retryWithVerification } from '../call/retry-with-verification.ts';
import { chunksOfIds } from '../call/url-chunks.ts';
import type { AddedMembers, Member, MemberChange, MemberClient, MemberSpec } from './member.ts';
import { maxAddedMembers, updateMemberBody } from './slb-assumed.ts';
import { isBackendNotFound } from './slb-error-predicates.ts';
import type { SlbPaths } from './slb-paths.ts';
import { slbPaths } from './slb-paths.ts';
import { addedMembers, memberToWire, wire } from './slb-wire.ts';

/** Options of {@link SlbApi}. */
export interface SlbApiOptions {
  readonly client: CloudClient;
  /** URL of the collection of load balancers, without a trailing slash. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** {@link MemberClient} over HTTP. */
export class MemberApi implements MemberClient {
  readonly #client: CloudClient;
  readonly #paths: SlbPaths;
  readonly #retryWithVerification: RetryWithVerification;

  constructor(options: SlbApiOptions) {
    this.#client = options.client;
    this.#paths = slbPaths(options.url);
    this.#retryWithVerification = retryWithVerification(options);
  }

  async list(slbId: string, listenerId: string, options?: CallOptions): Promise<readonly Member[]> {
    return await this.#list(this.#paths.members(slbId, listenerId), options);
  }

  async add(
    slbId: string,
    listenerId: string,
    members: readonly MemberSpec[],
    options: CallOptions = {},
  ): Promise<AddedMembers> {
    const additions: readonly Addition[] = slicesOf(members, maxAddedMembers).map((slice) => ({
      members: slice,
      missing: slice,
      named: [],
    }));
    const failed = await inTurn(additions, (addition) =>
      this.#add(this.#paths.members(slbId, listenerId), addition, options),
    );
    return {
      added: additions.flatMap(({ members: all, missing }) =>
        all.filter((member) => !missing.includes(member)),
      ),
      named: additions.flatMap(({ named }) => named),
      failures: [...failed].map(([{ missing }, error]) => ({ members: missing, error })),
    };
  }

  async remove(
    slbId: string,
    listenerId: string,
    backendIds: readonly string[],
    options: CallOptions = {},
  ): Promise<void> {
    const url = this.#paths.members(slbId, listenerId);
    const chunks = chunksOfIds(backendIds, Infinity, (ids) => removal(url, ids));
    const failed = await inTurn(chunks, (chunk) => this.#remove(url, chunk, options));
    const errors = [...failed.values()];
    if (errors.length < 2) {
      if (errors.length === 1) throw errors[0];
      return;
    }
    // The number of failures varies, and events are counted by their text.
    const reasons = new Set(errors.map(messageOf));
    throw new AggregateError(errors, [...reasons].join('; '), { cause: errors[0] });
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

  async #list(url: string, options: CallOptions | undefined): Promise<readonly Member[]> {
    const request = { operation: 'ListMembers', method: 'GET', url, answer: wire.members } as const;
    return await this.#client.call(request, options);
  }

  async #add(url: string, addition: Addition, options: CallOptions): Promise<void> {
    const wanted = new Set(addition.members.map(keyOf));
    await this.#retryWithVerification({
      ...options,
      attempt: async () => {
        const answer = await this.#client.call(
          {
            operation: 'AddMembers',
            method: 'POST',
            url,
            body: { json: addition.missing.map(memberToWire) },
            answer: t.unknown,
          },
          options,
        );
        addition.named = [...addition.named, ...addedMembers(answer)];
        addition.missing = [];
        return true;
      },
      verify: async () => {
        const present = await this.#list(url, options);
        addition.named = present.filter((member) => wanted.has(keyOf(member)));
        const keys = new Set(addition.named.map(keyOf));
        addition.missing = addition.members.filter((member) => !keys.has(keyOf(member)));
        return addition.missing.length === 0 ? true : undefined;
      },
    });
  }

  async #remove(url: string, chunk: readonly string[], options: CallOptions): Promise<void> {
    let left = chunk;
    await this.#retryWithVerification({
      ...options,
      attempt: async () => {
        await this.#client.call(removal(url, left), options);
        return true;
      },
      verify: async () => {
        const ids = new Set((await this.#list(url, options)).map(({ backendId }) => backendId));
        left = chunk.filter((backendId) => ids.has(backendId));
        return left.length === 0 ? true : undefined;
      },
      // Some members may be removed while others remain.
      mayHaveSucceeded: isBackendNotFound,
    });
  }
}

/** Members that are added in one call, all or none. */
interface Addition {
  readonly members: readonly MemberSpec[];
  /** Members that are not known to be added. */
  missing: readonly MemberSpec[];
  /** Members whose IDs are known. */
  named: readonly Member[];
}

function removal(url: string, backendIds: readonly string[]): CloudRequest<unknown> {
  return {
    operation: 'RemoveMembers',
    method: 'DELETE',
    url,
    query: { backendIdList: JSON.stringify(backendIds) },
    answer: t.unknown,
    // All or nothing: if one of the members no longer exists, the same list is refused.
    idempotent: false,
  };
}

/**
 * Processes chunks in order, and returns the errors of those for which the cloud failed. A failure does not prevent the
 * others from being processed, unless the cloud no longer responds: waiting for each further chunk would take minutes.
 * Throws errors that are not failures of the cloud, such as the reason of an aborted signal.
 */
async function inTurn<Chunk>(
  chunks: readonly Chunk[],
  work: (chunk: Chunk) => Promise<void>,
): Promise<ReadonlyMap<Chunk, unknown>> {
  const failed = new Map<Chunk, unknown>();
  let silence: CloudTimeoutError | undefined;
  for (const chunk of chunks) {
    if (silence !== undefined) {
      failed.set(chunk, silence);
      continue;
    }
    try {
      await work(chunk);
    } catch (error) {
      if (findCloudError(error) === undefined) throw error;
      failed.set(chunk, error);
      if (error instanceof CloudTimeoutError) silence = error;
    }
  }
  return failed;
}

function slicesOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns the key that identifies a member before the cloud has assigned an ID. */
function keyOf(member: MemberSpec): string {
  return `${member.serverId} ${member.port}`;
}
