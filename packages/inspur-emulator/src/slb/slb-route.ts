/** The operations of the SLB API, named as its reference does (inspur-api.md#slb-operations). */
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

/** An operation with the ids that its path names; those it has none of are empty. */
export interface SlbRoute {
  readonly operation: SlbOperation;
  readonly slbId: string;
  readonly listenerId: string;
  readonly backendId: string;
}

/** Why a path and method ask for nothing. */
export interface NoSlbRoute {
  readonly operation?: undefined;
  /** 405 where the path is right and the method is not, else 404. */
  readonly status: 404 | 405;
  readonly message: string;
}

// The empty last segment is the trailing slash that creating a listener needs and nothing else has.
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

/** Finds the operation of a method and a path beneath `{slbs}`. */
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
      ? '; a listener is created with POST on …/listeners/ (with its trailing slash)'
      : '';
  return {
    status: pathIsKnown ? 405 : 404,
    message: `no operation ${method} {slbs}${path}${hint}`,
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
    // A malformed escape is an id that nothing has; the service answers that it is not found.
    return segment;
  }
}
