import { decode, field } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import { filledText, optionalText } from '../call/text-codecs.ts';
import type { RpcPage } from '../rpc/rpc-wire.ts';
import { rpcPageCodec } from '../rpc/rpc-wire.ts';
import { addedRouteField, routeFields, serverHopType } from './vpc-assumed.ts';
import type { Route, SkippedRoute } from './vpc.ts';

// The wire format, as the cloud sends it; names from inspur-api.md#vpc. Strict where a mistake would do harm: which route it
// is, where it leads, and who made it.

const RouteWire = t.strict(
  {
    routeId: filledText,
    routeTableId: optionalText,
    destination: filledText,
    nextHopType: optionalText,
    nextHopId: optionalText,
    description: optionalText,
  },
  'route',
);

/** One page of routes. */
export interface RoutePage {
  readonly routes: readonly Route[];
  readonly skipped: readonly SkippedRoute[];
  /** How many there are on all pages; `undefined` where the cloud does not say. */
  readonly total: number | undefined;
}

/** Reads a list of routes, its entries not yet. */
export const routePageCodec: t.Decoder<unknown, RpcPage> = rpcPageCodec(routeFields);

/** Reads the entries of a page one by one: what cannot be read does not hide the others. */
export function readRoutes({ entries, total }: RpcPage): RoutePage {
  const routes: Route[] = [];
  const skipped: SkippedRoute[] = [];
  for (const entry of entries) {
    const decoded = decode(RouteWire, entry);
    const issues = decoded.ok ? hopIssues(decoded.value) : decoded.issues;
    if (decoded.ok && issues.length === 0) routes.push(decoded.value);
    else skipped.push({ ...readable(entry), reason: issues.join('; ') });
  }
  return { routes, skipped, total };
}

/** A gateway may have no id; a route to a server that does not tell which must not look like one that leads nowhere. */
function hopIssues({ nextHopId, nextHopType }: Route): readonly string[] {
  const mayBeServer = nextHopType === '' || nextHopType.toUpperCase() === serverHopType;
  return mayBeServer && nextHopId === ''
    ? ['route.nextHopId: expected the id of a server, got nothing']
    : [];
}

/** Reads the id of a route that was added. See inspur-api.md#vpc. */
export const addedRouteCodec: t.Decoder<unknown, string> = new t.Type<string, unknown>(
  `answer with Data.${addedRouteField}`,
  t.string.is,
  (value, context) => {
    const data = typeof value === 'object' && value !== null && 'Data' in value ? value.Data : {};
    const routeId = textOf(data, addedRouteField);
    return routeId === '' ? t.failure(value, context) : t.success(routeId);
  },
  t.identity,
);

function readable(entry: unknown): Pick<SkippedRoute, 'routeId' | 'destination'> {
  return { routeId: textOf(entry, 'routeId'), destination: textOf(entry, 'destination') };
}

function textOf(value: unknown, name: string): string {
  const isText =
    typeof value === 'object' &&
    value !== null &&
    typeof new Map<string, unknown>(Object.entries(value)).get(name) === 'string';
  return isText ? field(value, name) : '';
}
