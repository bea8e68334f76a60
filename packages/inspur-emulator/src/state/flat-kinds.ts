import type { SeedEntries } from './seed-entries.ts';
import { overlaid } from './seed-entries.ts';
import type { SeedDefaults } from './seed-reader.ts';
import { readEip, readRoute, readRouteTable, readServer } from './seed-reader.ts';
import type { Eip, Route, RouteTable, Server } from './wire.ts';

/** The kinds of objects that hold no others, each by id, in order of creation. */
export interface FlatKinds {
  readonly servers: Map<string, Server>;
  readonly eips: Map<string, Eip>;
  readonly routes: Map<string, Route>;
  readonly routeTables: Map<string, RouteTable>;
}

/** None of any kind. */
export function noFlatKinds(): FlatKinds {
  return { servers: new Map(), eips: new Map(), routes: new Map(), routeTables: new Map() };
}

/**
 * A copy with a seed's objects put over it.
 * @throws ControlInputError
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
