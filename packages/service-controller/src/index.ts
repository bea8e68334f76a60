export { ServiceController } from './service-controller.ts';
export type { ServiceControllerOptions } from './service-controller.ts';
export { serviceLbController } from './service-lb-controller.ts';
export type { ServiceControllerContext } from './service-lb-controller.ts';
