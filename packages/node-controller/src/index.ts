export { cloudNodeController } from './cloud-node-controller.ts';
export type { NodeControllerContext } from './cloud-node-controller.ts';
export { NodeController } from './node-controller.ts';
export type { NodeControllerOptions } from './node-controller.ts';
export { NodeSyncError } from './node-sync-error.ts';
