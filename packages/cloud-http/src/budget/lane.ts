/**
 * Priority of a call while calls wait for the account's budget: initialize nodes, change load balancers, repair in the
 * background. Lower lanes are delayed, but never starved.
 */
export type Lane = 'node-init' | 'load-balancer' | 'repair';

/** All lanes, by descending priority. */
export const lanes: readonly Lane[] = ['node-init', 'load-balancer', 'repair'];
