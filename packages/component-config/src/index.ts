export { rawVersion, reportedVersionProblem, versionLine } from './build-info.ts';
export type { BuildInfo } from './build-info.ts';
export { parseConfigFile } from './config-file.ts';
export type { ConfigFile } from './config-file.ts';
export type { ConfigurationSchema } from './configuration-schema.ts';
export { configurationView } from './configuration-view.ts';
export type { ConfigSection } from './configuration-view.ts';
export { environmentVariable, readEnvironment } from './environment.ts';
export type { Environment, EnvironmentFlags } from './environment.ts';
export {
  featureEnabled,
  featureGates,
  featureGatesFlag,
  ineffectiveGates,
  upstreamGatesIn,
} from './feature-gates.ts';
export type { FeatureGate, FeatureGateName, FeatureGateValues } from './feature-gates.ts';
export { featureGatesTable } from './feature-gates-table.ts';
export {
  boolFlag,
  choiceFlag,
  durationFlag,
  floatFlag,
  intFlag,
  listFlag,
  stringFlag,
} from './flag.ts';
export type { Flag, FlagFacts, FlagTable, FlagValues, NumberLimits } from './flag.ts';
export { flagHelp } from './flag-help.ts';
export type { FlagSource, FlagWarning, WrittenValue } from './flag-source.ts';
export { flagsTable } from './flags-table.ts';
export { flagValues, parseFlags } from './parse-flags.ts';
export type { CommandLine, FlagProblem, ParsedFlags } from './parse-flags.ts';
export { readSettings, withOrigins } from './settings.ts';
export type { Settings } from './settings.ts';
export type { Verbosity } from './verbosity.ts';
export { versionFlag } from './version-flag.ts';
export type { VersionWish } from './version-flag.ts';
