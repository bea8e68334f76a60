export type { ControllerContext, ControllerDescriptor } from './controller.ts';
export type { ControllerStart } from '@k8s-ccm/controller-runtime';
export type { SelectableController } from './controllers-flag.ts';
export { componentConfiguration } from './component-configuration.ts';
export type { Environment } from './environment.ts';
export { featureEnabled, featureGates } from './feature-gates.ts';
export type { FeatureGate, FeatureGateName, FeatureGateValues } from './feature-gates.ts';
export type { NamedCertKey } from './named-cert-key.ts';
export type { VersionWish } from './version-flag.ts';
export { createLogger } from './create-logger.ts';
export type { LoggerOptions } from './create-logger.ts';
export { featureGatesTable } from './feature-gates-table.ts';
export type { FlagValues } from './flag.ts';
export { flagsTable } from './flags-table.ts';
export {
  defaultConcurrentNodeSyncs,
  defaultConcurrentServiceSyncs,
} from './flags/controller-flags.ts';
export { defaultKubeApiQps } from './flags/generic-flags.ts';
export { managerFlags } from './manager-flags.ts';
export type { ManagerFlags } from './manager-flags.ts';
export type { InformerDefinition } from './informer-definition.ts';
export { runControllerManager } from './run-controller-manager.ts';
export type { ControllerManagerOptions } from './run-controller-manager.ts';
export type { SharedInformers } from './shared-informers.ts';
export { ExitCode } from './start-error.ts';
export type { SignalSource, StopSignal } from './stop-signals.ts';
export type { TextSink } from './text-sink.ts';
export type { Verbosity } from './verbosity.ts';
