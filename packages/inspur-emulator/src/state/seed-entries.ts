import type { ControlInputError } from '../input/control-input-error.ts';
import { refuseControlInput } from '../input/control-input-error.ts';
import { Fields } from '../input/fields.ts';

const kinds = ['slbs', 'listeners', 'members', 'servers', 'eips', 'routes', 'routeTables'] as const;
type Kind = (typeof kinds)[number];

/** An object of a seed, with its path for errors. */
export interface SeedEntry<T = unknown> {
  readonly where: string;
  readonly value: T;
}
/** The objects of a seed by kind. */
export type SeedEntries = Readonly<Record<Kind, readonly SeedEntry[]>>;

/**
 * Reads the arrays of a seed. Kinds that it omits are empty.
 * @throws ControlInputError if the seed is invalid
 */
export function readSeed(seed: unknown): SeedEntries {
  const fields = new Fields(seed, '', refuseControlInput);
  fields.only(kinds);
  const entries = (kind: Kind): readonly SeedEntry[] => {
    if (!fields.has(kind)) return [];
    const values = fields.values[kind];
    if (!Array.isArray(values)) throw fields.refuse(kind, 'an array');
    return values.map((value: unknown, index) => ({ where: `${kind}.${index}.`, value }));
  };
  return {
    slbs: entries('slbs'),
    listeners: entries('listeners'),
    members: entries('members'),
    servers: entries('servers'),
    eips: entries('eips'),
    routes: entries('routes'),
    routeTables: entries('routeTables'),
  };
}

/** Returns the existing objects, to which those of a seed with the same ID are applied, followed by the new ones. */
export function merged<T extends object>(
  existing: readonly T[],
  given: readonly SeedEntry[],
  idOf: (value: T) => string,
  idField: string,
): readonly SeedEntry[] {
  const byId = new Map<unknown, SeedEntry<object>>();
  for (const value of existing) byId.set(idOf(value), { where: `${idOf(value)}.`, value });
  const rest: SeedEntry[] = [];
  for (const { where, value } of given) {
    const fields = new Fields(value, where, refuseControlInput);
    const id = fields.string(idField);
    const before = byId.get(id);
    if (before === undefined) rest.push({ where, value });
    else byId.set(id, { where, value: { ...before.value, ...fields.values } });
  }
  return [...byId.values(), ...rest];
}

/** Returns a copy of a map to which the objects of a seed are applied and validated. */
export function overlaid<T extends object>(
  existing: ReadonlyMap<string, T>,
  given: readonly SeedEntry[],
  idField: string,
  read: (value: unknown, where: string) => T,
): Map<string, T> {
  const result = new Map(existing);
  const seen = new Set<string>();
  for (const { where, value } of given) {
    const fields = new Fields(value, where, refuseControlInput);
    const id = fields.string(idField);
    if (seen.has(id)) throw twice(where, idField, id);
    seen.add(id);
    result.set(id, read({ ...existing.get(id), ...fields.values }, where));
  }
  return result;
}

/** Creates the error for two objects of a seed with the same ID. */
export function twice(where: string, idField: string, id: string): ControlInputError {
  return refuseControlInput(`${where}${idField}: "${id}" occurs twice`);
}
