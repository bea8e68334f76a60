import type { CallPage } from '../cloud/call-log.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { Denial } from '../faults/denial.ts';
import { readDenial } from '../faults/denial.ts';
import type { Fault } from '../faults/fault.ts';
import { readFaults } from '../faults/fault.ts';
import type { Latency } from '../faults/latency.ts';
import { readLatency } from '../faults/latency.ts';
import type { Limits } from '../faults/limits.ts';
import { readLimits } from '../faults/limits.ts';
import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';
import type { MemberRules } from '../slb/member-rules.ts';
import { readMemberRules } from '../slb/member-rules.ts';
import type { CloudSeed, CloudSnapshot } from '../state/wire.ts';

/** A change of the token issuer. */
export interface TokenChange {
  /** Whether to invalidate all tokens issued so far. Static tokens remain valid. */
  readonly expireAll?: boolean;
  /** Lifetime of tokens issued from now on, in seconds. */
  readonly expiresIn?: number;
}

/**
 * Controls of the emulated cloud for tests and operators. The methods and the paths below `/_emulator/` do the same.
 * Setters replace the previous value. They throw ControlInputError if the input is invalid, and then change nothing.
 */
export interface Controls {
  /** Returns the whole state, with each array ordered by ID. */
  state(): CloudSnapshot;
  /** Replaces the whole state. Kinds that the seed omits become empty. */
  replaceState(seed: CloudSeed): void;
  /** Adds objects, and changes existing ones with the same ID. Omitted fields do not change. */
  patchState(seed: CloudSeed): void;
  /** Returns the calls with a number above `since`. Default 0: all calls in the log. */
  calls(since?: number): CallPage;
  /** Returns the current faults. */
  faults(): readonly Fault[];
  /** Replaces the faults and resets their counters. An empty array removes all faults. */
  setFaults(faults: readonly Fault[]): void;
  /** Returns the latency of all responses. */
  latency(): Latency;
  /** Sets the latency of all responses. `{}` removes it. */
  setLatency(latency: Partial<Latency>): void;
  /** Returns the limits on calls and URLs. */
  limits(): Limits;
  /** Sets the limits and fills the token bucket. `{}` restores the defaults. */
  setLimits(limits: Partial<Limits>): void;
  /** Returns the rules for the members of listeners. */
  memberRules(): MemberRules;
  /** Sets the rules for members. Existing members are not affected. `{}` removes all rules. */
  setMemberRules(rules: Partial<MemberRules>): void;
  /** Expires tokens, or changes the lifetime of new tokens. */
  changeTokens(change: TokenChange): void;
  /** Returns the services to which the caller is denied access. */
  denied(): Denial;
  /** Denies access to services. `{ services: [] }` restores the access. */
  setDenied(denial: Partial<Denial>): void;
  /** Returns the IDs of servers that exist but are not listed. */
  hidden(): readonly string[];
  /** Hides servers from lists and details, as an eventually consistent cloud does. An empty array shows all servers. */
  setHidden(hidden: { readonly serverIds: readonly string[] }): void;
}

/** {@link Controls} of a {@link Cloud}. The setters validate values of any type and report problems in one line. */
export class CloudControls implements Controls {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  state(): CloudSnapshot {
    return this.#cloud.state.snapshot();
  }

  replaceState(seed: unknown): void {
    this.#cloud.state.replace(seed);
  }

  patchState(seed: unknown): void {
    this.#cloud.state.upsert(seed);
  }

  calls(since = 0): CallPage {
    return this.#cloud.log.since(since);
  }

  faults(): readonly Fault[] {
    return this.#cloud.faultPlan.faults;
  }

  setFaults(faults: unknown): void {
    this.#cloud.faultPlan.faults = readFaults(faults);
  }

  latency(): Latency {
    return this.#cloud.latency;
  }

  setLatency(latency: unknown): void {
    this.#cloud.latency = readLatency(latency);
  }

  limits(): Limits {
    return this.#cloud.rateLimit.limits;
  }

  setLimits(limits: unknown): void {
    this.#cloud.rateLimit.limits = readLimits(limits);
  }

  memberRules(): MemberRules {
    return this.#cloud.memberRules;
  }

  setMemberRules(rules: unknown): void {
    this.#cloud.memberRules = readMemberRules(rules);
  }

  changeTokens(change: unknown): void {
    const fields = new Fields(change, '', refuseControlInput);
    fields.only(['expireAll', 'expiresIn']);
    const expireAll = fields.boolean('expireAll', false);
    if (fields.has('expiresIn'))
      this.#cloud.tokens.lifetimeSeconds = fields.integer('expiresIn', 1, 31_536_000);
    if (expireAll) this.#cloud.tokens.expireAll();
  }

  denied(): Denial {
    return this.#cloud.denial;
  }

  setDenied(denial: unknown): void {
    this.#cloud.denial = readDenial(denial);
  }

  hidden(): readonly string[] {
    return [...this.#cloud.state.hiddenServers];
  }

  setHidden(hidden: unknown): void {
    const fields = new Fields(hidden, '', refuseControlInput);
    fields.only(['serverIds']);
    this.#cloud.state.hiddenServers = new Set(fields.strings('serverIds', []));
  }
}
