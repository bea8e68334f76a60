import type { SeedEntries } from './seed-entries.ts';
import { overlaid } from './seed-entries.ts';
import type { SeedDefaults } from './seed-reader.ts';
import { readEip, readRoute, readRouteTable, readServer } from './seed-reader.ts';
import type { Eip, Route, RouteTable, Server } from './wire.ts';

/** Objects that contain no other objects, by kind and ID, in order of creation. */
export interface FlatKinds {
  readonly servers: Map<string, Server>;
  readonly eips: Map<string, Eip>;
  readonly routes: Map<string, Route>;
  readonly routeTables: Map<string, RouteTable>;
}

/** Returns empty maps of all kinds. */
export function noFlatKinds(): FlatKinds {
  return { servers: new Map(), eips: new Map(), routes: new Map(), routeTables: new Map() };
}

/**
 * Returns a copy to which the objects of a seed are applied.
 * @throws ControlInputError if an object is invalid
 */
export function overlaidFlatKinds(
  given: SeedEntries,
  { servers, eips, routes, routeTables }: FlatKinds,
  defaults: SeedDefaults,
): FlatKinds {
  const read = (value: unknown, where: string): Server => readServer(value, where, defaults);
  return {
    servers: overlaid(servers, given.servers, 'serverId', read),
    eips: overlaid(eips, given.eips, 'eipId', readEip),
    routes: overlaid(routes, given.routes, 'routeId', readRoute),
    routeTables: overlaid(routeTables, given.routeTables, 'routeTableId', readRouteTable),
  };
}
