import { ControlInputError } from '../input/control-input-error.ts';
import type { FlatKinds } from './flat-kinds.ts';
import { noFlatKinds, overlaidFlatKinds } from './flat-kinds.ts';
import type { SeedEntries } from './seed-entries.ts';
import { merged, readSeed, twice } from './seed-entries.ts';
import type { SeedDefaults } from './seed-reader.ts';
import { readListener, readLoadBalancer, readMember } from './seed-reader.ts';
import type {
  CloudSnapshot,
  Eip,
  Listener,
  LoadBalancer,
  Member,
  Route,
  RouteTable,
  Server,
} from './wire.ts';

/** A load balancer, with indexes that make the cost of calls independent of the number of other objects. */
export interface SlbRecord {
  wire: LoadBalancer;
  /** Listeners by ID, in order of creation. */
  readonly listeners: Map<string, ListenerRecord>;
  /** Used ports, by {@link portKey}. */
  readonly ports: Map<string, string>;
  /** Charge type, which only responses to PUT contain. */
  chargeType: string;
  /** Time at which it leaves the state `creating` or `deleting`, in epoch milliseconds. */
  settlesAt?: number;
}

/** A listener with its members. */
export interface ListenerRecord {
  wire: Listener;
  readonly slb: SlbRecord;
  /** Members by backend ID, in order of creation. */
  readonly members: Map<string, Member>;
}

/** Returns the port of a listener with its port space: UDP has its own, HTTP and HTTPS share that of TCP. */
export function portKey(listener: Pick<Listener, 'protocol' | 'port'>): string {
  return `${listener.protocol === 'UDP' ? 'udp' : 'tcp'}:${listener.port}`;
}

/**
 * State of the emulated cloud. All changes go through this class, so that indexes and `listenerCount` remain
 * consistent.
 */
export class CloudState {
  readonly #defaults: SeedDefaults;
  readonly #now: () => number;
  /** Servers that exist but that lists and details do not show yet. */
  hiddenServers: ReadonlySet<string> = new Set();
  #sequence = 0;
  #slbs = new Map<string, SlbRecord>();
  #listeners = new Map<string, ListenerRecord>();
  #members = new Map<string, ListenerRecord>();
  #flat: FlatKinds = noFlatKinds();

  /** @param now returns epoch milliseconds, by which load balancers become active and disappear */
  constructor(defaults: SeedDefaults, now: () => number) {
    this.#defaults = defaults;
    this.#now = now;
  }

  /** Servers by ID, in order of creation. */
  get servers(): Map<string, Server> {
    return this.#flat.servers;
  }

  /** Public addresses by ID. */
  get eips(): Map<string, Eip> {
    return this.#flat.eips;
  }

  /** Routes by ID, in order of creation. */
  get routes(): Map<string, Route> {
    return this.#flat.routes;
  }

  /** Route tables by ID. */
  get routeTables(): Map<string, RouteTable> {
    return this.#flat.routeTables;
  }

  /** Returns a new unique ID of the form `<prefix>-00000001`, with one counter for all kinds. */
  newId(prefix: string): string {
    let id: string;
    do {
      this.#sequence += 1;
      id = `${prefix}-${String(this.#sequence).padStart(8, '0')}`;
    } while (this.#isTaken(id));
    return id;
  }

  /**
   * Returns a new unique address.
   * @param network first byte of the address
   */
  newAddress(network: number): string {
    this.#sequence += 1;
    const host = this.#sequence;
    return `${network}.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
  }

  /** Returns the load balancer with an ID, regardless of its owner. */
  slb(slbId: string): SlbRecord | undefined {
    const record = this.#slbs.get(slbId);
    return record === undefined ? undefined : this.#settle(record);
  }

  /** Returns all load balancers, in order of creation. */
  slbs(): readonly SlbRecord[] {
    const found: SlbRecord[] = [];
    for (const record of this.#slbs.values()) {
      if (this.#settle(record) !== undefined) found.push(record);
    }
    return found;
  }

  /** Adds a load balancer. */
  addSlb(wire: LoadBalancer, chargeType: string, settlesAt?: number): SlbRecord {
    const record: SlbRecord = { wire, listeners: new Map(), ports: new Map(), chargeType };
    if (settlesAt !== undefined) record.settlesAt = settlesAt;
    this.#slbs.set(wire.slbId, record);
    return record;
  }

  /** Removes a load balancer with its listeners. */
  removeSlb(record: SlbRecord): void {
    for (const listener of record.listeners.values()) this.removeListener(listener);
    this.#slbs.delete(record.wire.slbId);
  }

  /** Adds a listener to its load balancer. The port must be free. */
  addListener(slb: SlbRecord, wire: Listener): ListenerRecord {
    const record: ListenerRecord = { wire, slb, members: new Map() };
    this.#listeners.set(wire.listenerId, record);
    slb.listeners.set(wire.listenerId, record);
    slb.ports.set(portKey(wire), wire.listenerId);
    slb.wire = { ...slb.wire, listenerCount: slb.listeners.size };
    return record;
  }

  /** Replaces the content of a listener and keeps its ID. The port must be free or its own. */
  changeListener(record: ListenerRecord, wire: Listener): void {
    record.slb.ports.delete(portKey(record.wire));
    record.slb.ports.set(portKey(wire), wire.listenerId);
    record.wire = wire;
  }

  /** Removes a listener with its members. */
  removeListener(record: ListenerRecord): void {
    const { slb, wire } = record;
    for (const backendId of record.members.keys()) this.#members.delete(backendId);
    this.#listeners.delete(wire.listenerId);
    slb.listeners.delete(wire.listenerId);
    slb.ports.delete(portKey(wire));
    slb.wire = { ...slb.wire, listenerCount: slb.listeners.size };
  }

  /** Adds a member, or replaces the one with the same ID. */
  putMember(listener: ListenerRecord, wire: Member): void {
    listener.members.set(wire.backendId, wire);
    this.#members.set(wire.backendId, listener);
  }

  /** Removes a member. */
  removeMember(listener: ListenerRecord, backendId: string): void {
    listener.members.delete(backendId);
    this.#members.delete(backendId);
  }

  /**
   * Returns the whole state in the wire format, with each array ordered by ID, so that equal states have equal
   * snapshots.
   */
  snapshot(): CloudSnapshot {
    const slbs = this.slbs();
    const listeners = [...this.#listeners.values()];
    const { servers, eips, routes, routeTables } = this.#flat;
    return {
      slbs: ordered(
        slbs.map((slb) => slb.wire),
        (slb) => slb.slbId,
      ),
      listeners: ordered(
        listeners.map((listener) => listener.wire),
        (listener) => listener.listenerId,
      ),
      members: ordered(
        listeners.flatMap((listener) => Array.from(listener.members.values())),
        (member) => member.backendId,
      ),
      servers: ordered([...servers.values()], (server) => server.serverId),
      eips: ordered([...eips.values()], (eip) => eip.eipId),
      routes: ordered([...routes.values()], (route) => route.routeId),
      routeTables: ordered([...routeTables.values()], (table) => table.routeTableId),
    };
  }

  /**
   * Replaces the whole state by a seed. Kinds that the seed omits become empty.
   * @throws ControlInputError if the seed is inconsistent; the state does not change
   */
  replace(seed: unknown): void {
    const given = readSeed(seed);
    const tree = this.#plant(given);
    const flat = overlaidFlatKinds(given, noFlatKinds(), this.#defaults);
    this.#adopt(tree, flat);
  }

  /**
   * Adds the objects of a seed. If an object exists, fields that the seed omits do not change.
   * @throws ControlInputError if the result is inconsistent; the state does not change
   */
  upsert(seed: unknown): void {
    const given = readSeed(seed);
    const flat = overlaidFlatKinds(given, this.#flat, this.#defaults);
    if (given.slbs.length + given.listeners.length + given.members.length === 0) {
      this.#adopt(this, flat);
      return;
    }
    const now = this.snapshot();
    const tree = this.#plant({
      slbs: merged(now.slbs, given.slbs, (slb) => slb.slbId, 'slbId'),
      listeners: merged(now.listeners, given.listeners, (one) => one.listenerId, 'listenerId'),
      members: merged(now.members, given.members, (member) => member.backendId, 'backendId'),
    });
    this.#adopt(tree, flat);
  }

  /** Creates a state with only the load balancers, listeners, and members of a seed. */
  #plant(seed: Pick<SeedEntries, 'slbs' | 'listeners' | 'members'>): CloudState {
    const next = new CloudState(this.#defaults, this.#now);
    for (const { where, value } of seed.slbs) {
      const wire = readLoadBalancer(value, where, this.#defaults);
      if (next.#slbs.has(wire.slbId)) throw twice(where, 'slbId', wire.slbId);
      const before = this.#slbs.get(wire.slbId);
      const pending = wire.state === before?.wire.state ? before.settlesAt : undefined;
      next.addSlb(wire, before?.chargeType ?? 'monthly', pending);
    }
    for (const { where, value } of seed.listeners) {
      const wire = readListener(value, where);
      const slb = next.#slbs.get(wire.slbId);
      if (slb === undefined) throw unknown(where, 'slbId', wire.slbId);
      if (next.#listeners.has(wire.listenerId)) throw twice(where, 'listenerId', wire.listenerId);
      const holder = slb.ports.get(portKey(wire));
      if (holder !== undefined) {
        throw new ControlInputError(
          `${where}port: ${portKey(wire)} of ${wire.slbId} is used by ${holder}`,
        );
      }
      next.addListener(slb, wire);
    }
    for (const { where, value } of seed.members) {
      const wire = readMember(value, where);
      const listener = next.#listeners.get(wire.listenerId);
      if (listener === undefined) throw unknown(where, 'listenerId', wire.listenerId);
      if (next.#members.has(wire.backendId)) throw twice(where, 'backendId', wire.backendId);
      next.putMember(listener, wire);
    }
    return next;
  }

  #adopt(tree: CloudState, flat: FlatKinds): void {
    this.#slbs = tree.#slbs;
    this.#listeners = tree.#listeners;
    this.#members = tree.#members;
    this.#flat = flat;
  }

  #settle(record: SlbRecord): SlbRecord | undefined {
    if (record.settlesAt === undefined || this.#now() < record.settlesAt) return record;
    delete record.settlesAt;
    if (record.wire.state === 'deleting') {
      this.removeSlb(record);
      return undefined;
    }
    record.wire = { ...record.wire, state: 'active' };
    return record;
  }

  #isTaken(id: string): boolean {
    return (
      this.#slbs.has(id) ||
      this.#listeners.has(id) ||
      this.#members.has(id) ||
      this.#flat.servers.has(id) ||
      this.#flat.eips.has(id) ||
      this.#flat.routes.has(id) ||
      this.#flat.routeTables.has(id)
    );
  }
}

function ordered<T>(values: T[], idOf: (value: T) => string): T[] {
  return values.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
}

function unknown(where: string, field: string, id: string): ControlInputError {
  return new ControlInputError(`${where}${field}: "${id}" does not exist`);
}
