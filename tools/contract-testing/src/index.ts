export { clientOf, startCluster } from './cluster-access.ts';
export type { ClusterAccess } from './cluster-access.ts';
export { ContractCluster } from './contract-cluster.ts';
export { ContractController } from './contract-controller.ts';
export type { CacheTraits } from './contract-controller.ts';
export { removeObjects } from './remove-objects.ts';
export { SeenNodes } from './seen-nodes.ts';
export { unreachableClient } from './unreachable-client.ts';
export { until } from './until.ts';
