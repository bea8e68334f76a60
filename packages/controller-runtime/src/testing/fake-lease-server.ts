import type { Lease } from '@k8s-ccm/cloud-provider';
import { ApiConnectionError } from '../api/errors/api-connection-error.ts';
import { ApiError } from '../api/errors/api-error.ts';
import type { Clock } from '../time/clock.ts';
import type { LeaseClient } from '../election/lease-lock.ts';

/** Fate of one call of a {@link FakeLeaseServer}. */
export type LeaseCallFate =
  | 'answered'
  /** The call never reaches the server. */
  | 'lost'
  /** The server executes the call, but the answer is lost. */
  | 'answer-lost'
  /** The answer never arrives. */
  | 'hanging';

/** The connection of one client to the server. */
export interface LeaseLink {
  readonly clock: Clock;
  /** Duration of one call, in milliseconds. Half of it passes before the server executes the call. Default: 0. */
  readonly latencyMs?: () => number;
  /** Default: every call is answered. */
  readonly fate?: (verb: 'get' | 'create' | 'update') => LeaseCallFate;
}

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** One Lease in memory, with the API server's rules: resource versions that conflict, and times with six digits. */
export class FakeLeaseServer {
  readonly #clock: Clock | undefined;
  #lease: Lease | undefined;
  #version = 0;

  /** @param clock the network's time, which also passes for a suspended client; default: the client's clock */
  constructor(clock?: Clock) {
    this.#clock = clock;
  }

  /** The current lease. */
  get lease(): Lease | undefined {
    return this.#lease;
  }

  /** The current holder. Empty if the lease has none. */
  get holder(): string {
    return this.#lease?.spec?.holderIdentity ?? '';
  }

  /** Deletes the lease without the knowledge of its clients. */
  delete(): void {
    this.#lease = undefined;
  }

  /** Changes the lease's `spec` without the knowledge of its clients. */
  change(spec: Lease['spec']): void {
    this.#store({ ...this.#lease, spec: { ...this.#lease?.spec, ...spec } });
  }

  /** Returns a client. Its calls cannot be canceled once they are sent, whatever their signal says. */
  client(link: LeaseLink): LeaseClient {
    return {
      get: async () =>
        await this.#call(link, 'get', () => {
          if (this.#lease === undefined) throw apiError('GET', 404, 'NotFound');
          return this.#lease;
        }),
      create: async (lease) =>
        await this.#call(link, 'create', () => {
          if (this.#lease !== undefined) throw apiError('POST', 409, 'AlreadyExists');
          return this.#store(lease);
        }),
      update: async (lease) =>
        await this.#call(link, 'update', () => {
          if (this.#lease === undefined) throw apiError('PUT', 404, 'NotFound');
          if (lease.metadata?.resourceVersion !== this.#lease.metadata?.resourceVersion) {
            throw apiError('PUT', 409, 'Conflict');
          }
          return this.#store(lease);
        }),
    };
  }

  #store(lease: Lease): Lease {
    for (const time of [lease.spec?.acquireTime, lease.spec?.renewTime]) {
      if (time !== undefined && !microTime.test(time)) throw apiError('PUT', 400, 'BadRequest');
    }
    this.#version += 1;
    this.#lease = {
      ...lease,
      metadata: { ...lease.metadata, resourceVersion: `${this.#version}` },
    };
    return this.#lease;
  }

  async #call(
    link: LeaseLink,
    verb: 'get' | 'create' | 'update',
    execute: () => Lease,
  ): Promise<Lease> {
    const halfMs = (link.latencyMs?.() ?? 0) / 2;
    const fate = link.fate?.(verb) ?? 'answered';
    if (fate === 'hanging') return await new Promise<Lease>(() => undefined);
    if (halfMs > 0) await (this.#clock ?? link.clock).sleep(halfMs);
    if (fate === 'lost') throw reset(verb);
    const lease = execute();
    if (halfMs > 0) await link.clock.sleep(halfMs);
    if (fate === 'answer-lost') throw reset(verb);
    return lease;
  }
}

function apiError(method: string, status: number, reason: string): ApiError {
  return new ApiError({
    method,
    path: '/leases',
    status,
    reason,
    message: 'by the fake lease server',
  });
}

function reset(method: string): ApiConnectionError {
  return new ApiConnectionError(
    { method, path: '/leases', host: 'fake', outcome: 'unknown' },
    { cause: new Error('connection reset') },
  );
}
