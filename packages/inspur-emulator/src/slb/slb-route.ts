/** Operations of the SLB API, with their names in the API reference (inspur-api.md#slb-operations). */
export type SlbOperation =
  | 'ListLoadBalancers'
  | 'GetLoadBalancer'
  | 'CreateLoadBalancer'
  | 'RenameLoadBalancer'
  | 'DeleteLoadBalancer'
  | 'BindEip'
  | 'UnbindEip'
  | 'ListListeners'
  | 'GetListener'
  | 'CreateListener'
  | 'UpdateListener'
  | 'DeleteListener'
  | 'ListMembers'
  | 'AddMembers'
  | 'RemoveMembers'
  | 'UpdateMember';

/** An operation with the IDs in its path. IDs that the path does not contain are empty. */
export interface SlbRoute {
  readonly operation: SlbOperation;
  readonly slbId: string;
  readonly listenerId: string;
  readonly backendId: string;
}

/** Reason why a method and a path match no operation. */
export interface NoSlbRoute {
  readonly operation?: undefined;
  /** 405 if only the method does not match, otherwise 404. */
  readonly status: 404 | 405;
  readonly message: string;
}

// The empty last segment is the trailing slash, which only the creation of a listener has.
const table: readonly (readonly [method: string, path: string, operation: SlbOperation])[] = [
  ['GET', '', 'ListLoadBalancers'],
  ['POST', '', 'CreateLoadBalancer'],
  ['PUT', '/{slb}', 'RenameLoadBalancer'],
  ['DELETE', '/{slb}', 'DeleteLoadBalancer'],
  ['POST', '/{slb}/eip', 'BindEip'],
  ['DELETE', '/{slb}/eip', 'UnbindEip'],
  ['GET', '/{slb}/listeners', 'ListListeners'],
  ['POST', '/{slb}/listeners/', 'CreateListener'],
  ['GET', '/{slb}/listeners/{listener}', 'GetListener'],
  ['PUT', '/{slb}/listeners/{listener}', 'UpdateListener'],
  ['DELETE', '/{slb}/listeners/{listener}', 'DeleteListener'],
  ['GET', '/{slb}/listeners/{listener}/members', 'ListMembers'],
  ['POST', '/{slb}/listeners/{listener}/members', 'AddMembers'],
  ['DELETE', '/{slb}/listeners/{listener}/members', 'RemoveMembers'],
  ['PUT', '/{slb}/listeners/{listener}/members/{backend}', 'UpdateMember'],
];

const routes = table.map(([method, path, operation]) => ({
  method,
  operation,
  segments: path.split('/'),
}));

/** Returns the operation of a method and a path relative to `{slbs}`. */
export function findSlbRoute(
  method: string,
  path: string,
  query: URLSearchParams,
): SlbRoute | NoSlbRoute {
  const segments = path.split('/');
  let pathIsKnown = false;
  for (const route of routes) {
    if (!matches(route.segments, segments)) continue;
    pathIsKnown = true;
    if (route.method !== method) continue;
    const byId = route.operation === 'ListLoadBalancers' && query.has('slbId');
    return {
      operation: byId ? 'GetLoadBalancer' : route.operation,
      slbId: decode(segments[1]),
      listenerId: decode(segments[3]),
      backendId: decode(segments[5]),
    };
  }
  const hint =
    method === 'POST' && path.endsWith('/listeners')
      ? '; create a listener with POST on …/listeners/ (with a trailing slash)'
      : '';
  return {
    status: pathIsKnown ? 405 : 404,
    message: `operation ${method} {slbs}${path} does not exist${hint}`,
  };
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) =>
      part.startsWith('{') ? segments[index] !== '' : part === segments[index],
    )
  );
}

function decode(segment: string | undefined): string {
  if (segment === undefined || !segment.includes('%')) return segment ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    // A malformed escape is an ID that does not exist; the service reports it as not found.
    return segment;
  }
}
