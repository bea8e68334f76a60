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

/** What a test does to tokens. */
export interface TokenChange {
  /** Makes every token issued so far invalid; static tokens stay. */
  readonly expireAll?: boolean;
  /** How long tokens issued from now on hold, seconds. */
  readonly expiresIn?: number;
}

/**
 * What a test or an operator sees and changes of the emulated cloud, in process or through `/_emulator/…`: the meaning is the same.
 * Setters replace what was in force. They throw ControlInputError where the input does not hold together; nothing is changed then.
 */
export interface Controls {
  /** Everything the cloud holds, each array ordered by id. */
  state(): CloudSnapshot;
  /** Replaces everything; kinds that the seed does not name become empty. */
  replaceState(seed: CloudSeed): void;
  /** Adds objects and changes those that are there by their id; fields that are not named stay. */
  patchState(seed: CloudSeed): void;
  /** The calls with a number above `since` (default 0: all that are kept). */
  calls(since?: number): CallPage;
  /** The faults in force. */
  faults(): readonly Fault[];
  /** Puts faults in force, with their counts at zero; an empty array ends them. */
  setFaults(faults: readonly Fault[]): void;
  /** How long every answer is held back. */
  latency(): Latency;
  /** Sets how long every answer is held back; `{}` ends it. */
  setLatency(latency: Partial<Latency>): void;
  /** How many calls the cloud takes, and how long their URLs may be. */
  limits(): Limits;
  /** Sets the limits, with a full bucket; `{}` restores the defaults. */
  setLimits(limits: Partial<Limits>): void;
  /** What the members of a listener have to keep to. */
  memberRules(): MemberRules;
  /** Sets the rules for members; members that are there stay. `{}` ends them. */
  setMemberRules(rules: Partial<MemberRules>): void;
  /** Expires tokens or changes how long new ones hold. */
  changeTokens(change: TokenChange): void;
  /** The services that the caller has no permission for. */
  denied(): Denial;
  /** Takes the permission for services away; `{ services: [] }` gives it back. */
  setDenied(denial: Partial<Denial>): void;
  /** The servers that exist but are not listed. */
  hidden(): readonly string[];
  /** Hides servers from lists and details, as an eventually consistent cloud does; an empty array shows all. */
  setHidden(hidden: { readonly serverIds: readonly string[] }): void;
}

/** {@link Controls} over a cloud. Its setters take anything and complain in one line. */
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
