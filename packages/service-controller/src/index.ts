export { ServiceController } from './service-controller.ts';
export type { ServiceControllerOptions } from './service-controller.ts';
