export {
  configDuration,
  configInteger,
  configList,
  configPositiveNumber,
  configText,
  configUrl,
  configWord,
} from './config-codecs.ts';
export { configJsonSchema, configTable } from './config-docs.ts';
export { ConfigError } from './config-error.ts';
export type { ConfigProblem } from './config-error.ts';
export { parseConfigFile } from './config-file.ts';
export { configSection, defaulted, isConfigSection, optional, required } from './config-section.ts';
export type { ConfigField, ConfigFields, ConfigSection, SectionValue } from './config-section.ts';
export { describedCodec, isDescribedCodec, kindOf, showValue } from './described-codec.ts';
export type { DecodedBy, DescribedCodec, JsonSchema } from './described-codec.ts';
export { InstanceDirectory } from './instance-directory.ts';
export type {
  AskOptions,
  ByIdOptions,
  InstanceAnswer,
  InstanceDirectoryOptions,
  SearchAnswer,
} from './instance-directory.ts';
export { InstanceSnapshot } from './instance-snapshot.ts';
export type {
  DirectoryClock,
  InstanceCallOptions,
  InstanceListing,
  InstanceSource,
} from './instance-source.ts';
export { keyedDiff } from './keyed-diff.ts';
export type { KeyedDiff, KeyedPair } from './keyed-diff.ts';
export { optionInteger, optionSwitch, optionText, optionWord } from './option-codecs.ts';
export { optionsJsonSchema, optionsTable } from './option-docs.ts';
export { defineOption, OptionRegistry } from './option-registry.ts';
export type {
  Annotations,
  OptionDefinition,
  OptionDefinitions,
  OptionNotice,
  OptionValues,
  ParsedOption,
  ParsedOptions,
} from './option-registry.ts';
export { isOwnedBy, ownedName, ownerId, ownerIdLength, parseOwnedName } from './ownership-names.ts';
export type { OwnedName } from './ownership-names.ts';
