export type { Environment, Verbosity } from '@k8s-ccm/component-config';
export type { ControllerContext, ControllerDescriptor } from './controller.ts';
export type { ControllerStart } from '@k8s-ccm/controller-runtime';
export {
  defaultConcurrentNodeSyncs,
  defaultConcurrentServiceSyncs,
} from './flags/controller-flags.ts';
export type { SelectableController } from './flags/controllers-flag.ts';
export { defaultKubeApiQps } from './flags/generic-flags.ts';
export { managerConfiguration } from './flags/manager-configuration.ts';
export { managerFlags } from './flags/manager-flags.ts';
export type { ManagerFlags } from './flags/manager-flags.ts';
export type { InformerDefinition } from './informers/informer-definition.ts';
export type { SharedInformers } from './informers/shared-informers.ts';
export { createLogger } from './logging/create-logger.ts';
export type { LoggerOptions } from './logging/create-logger.ts';
export type { TextSink } from './logging/text-sink.ts';
export { componentConfiguration } from './manager/component-configuration.ts';
export { runControllerManager } from './manager/run-controller-manager.ts';
export type { ControllerManagerOptions } from './manager/run-controller-manager.ts';
export type { SignalSource, StopSignal } from './manager/stop-signals.ts';
export { ExitCode } from './start-error.ts';
