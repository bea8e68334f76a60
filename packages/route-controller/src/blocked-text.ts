import type { BlockedRoute } from './plan-routes.ts';

const advice: Readonly<Record<BlockedRoute['reason'], string>> = {
  foreign: 'was not made for this cluster: delete it, or let it lead to this node',
  doubtful:
    'may have been made for another cluster with the same --cluster-name: delete it if it was not',
  'other-node': 'is needed there: two nodes have the same pod CIDR',
};

/** Says which route is in the way of a Node's, and what to do about it. */
export function blockedText({ by, reason }: BlockedRoute): string {
  if (by.name === '') {
    return `the route to it is made to ${by.targetNode}: two nodes have the same pod CIDR`;
  }
  const leads = by.targetNode === '' || by.blackhole === true ? 'elsewhere' : `to ${by.targetNode}`;
  return `the cloud has another route to it, ${by.description ?? by.name}, which leads ${leads} and ${advice[reason]}`;
}
