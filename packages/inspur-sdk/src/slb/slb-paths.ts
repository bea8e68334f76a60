import { eipPath } from './slb-assumed.ts';

/** Where the parts of the SLB API are. See inspur-api.md#slb-operations. */
export interface SlbPaths {
  /** All load balancers. */
  readonly slbs: string;
  slb(slbId: string): string;
  eip(slbId: string): string;
  listeners(slbId: string): string;
  /** Where listeners are created: the slash at the end belongs to it. */
  newListener(slbId: string): string;
  listener(slbId: string, listenerId: string): string;
  members(slbId: string, listenerId: string): string;
  member(slbId: string, listenerId: string, backendId: string): string;
}

/**
 * The paths below the address of all load balancers, which has no slash at its end. Each of them throws a TypeError for
 * an id that would lead to another path.
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

/** URLs resolve `.` and `..`, also if they are percent-encoded. */
function pathSegment(id: string): string {
  if (/^\.{0,2}$/.test(id))
    throw new TypeError(`${JSON.stringify(id)} cannot be the id of a resource`);
  return encodeURIComponent(id);
}
