/**
 * Who goes first when calls must wait for the account's budget: initialising nodes, then changing load balancers,
 * then repair in the background. The lower ones are slowed down, never starved.
 */
export type Lane = 'node-init' | 'load-balancer' | 'repair';

/** All lanes, the first served first. */
export const lanes: readonly Lane[] = ['node-init', 'load-balancer', 'repair'];
