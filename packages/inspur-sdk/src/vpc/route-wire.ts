import { decode, field } from '@k8s-ccm/cloud-http';
import * as t from 'io-ts';
import { filledText, optionalText } from '../call/text-codecs.ts';
import type { RpcPage } from '../rpc/rpc-wire.ts';
import { rpcPageCodec } from '../rpc/rpc-wire.ts';
import { addedRouteField, routeFields, serverHopType } from './vpc-assumed.ts';
import type { Route, SkippedRoute } from './vpc.ts';

// Wire format of the cloud; names from inspur-api.md#vpc. Decoding is strict if an error would cause harm: the ID, the
// next hop, and the description of a route.

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
  /** Total number of routes; `undefined` if the cloud omits it. */
  readonly total: number | undefined;
}

/** Decodes a list of routes, without its entries. */
export const routePageCodec: t.Decoder<unknown, RpcPage> = rpcPageCodec(routeFields);

/** Decodes the entries of a page individually: an invalid entry does not hide the others. */
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

/** A gateway may have no ID. A route to a server without an ID must not look like a route to nowhere. */
function hopIssues({ nextHopId, nextHopType }: Route): readonly string[] {
  const mayBeServer = nextHopType === '' || nextHopType.toUpperCase() === serverHopType;
  return mayBeServer && nextHopId === ''
    ? ['route.nextHopId: expected a server ID, got nothing']
    : [];
}

/** Codec of the response to AddRoute: the ID of the new route. See inspur-api.md#vpc. */
export const addedRouteCodec: t.Decoder<unknown, string> = new t.Type<string, unknown>(
  `response with Data.${addedRouteField}`,
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
