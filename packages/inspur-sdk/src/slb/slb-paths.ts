import { eipPath } from './slb-assumed.ts';

/** URLs of the SLB API. See inspur-api.md#slb-operations. */
export interface SlbPaths {
  /** The collection of load balancers. */
  readonly slbs: string;
  slb(slbId: string): string;
  eip(slbId: string): string;
  listeners(slbId: string): string;
  /** URL to create listeners; it ends with a slash. */
  newListener(slbId: string): string;
  listener(slbId: string, listenerId: string): string;
  members(slbId: string, listenerId: string): string;
  member(slbId: string, listenerId: string, backendId: string): string;
}

/**
 * Returns the URLs below the collection of load balancers, which has no trailing slash. Each function throws a
 * TypeError if an ID would change the path.
 */
export function slbPaths(slbs: string): SlbPaths {
  const below = (...ids: readonly string[]): string =>
    [slbs, ...ids.map((id) => pathSegment(id))].join('/');
  return {
    slbs,
    slb: (slbId) => below(slbId),
    eip: (slbId) => below(slbId, eipPath),
    listeners: (slbId) => below(slbId, 'listeners'),
    newListener: (slbId) => `${below(slbId, 'listeners')}/`,
    listener: (slbId, listenerId) => below(slbId, 'listeners', listenerId),
    members: (slbId, listenerId) => below(slbId, 'listeners', listenerId, 'members'),
    member: (slbId, listenerId, backendId) =>
      below(slbId, 'listeners', listenerId, 'members', backendId),
  };
}

/** Encodes an ID as a path segment. URLs resolve `.` and `..` even if they are percent-encoded. */
function pathSegment(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is not a valid resource ID`);
  return encodeURIComponent(id);
}
