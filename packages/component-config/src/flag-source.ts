import type { FlagProblem } from './parse-flags.ts';

/** The text of a flag's value, and where it was set. */
export interface WrittenValue {
  /** The text, in the form of the command line. */
  readonly text: string;
  /** Where the value was set, for messages: `CCM_CLUSTER_NAME`, `ccm.yaml:3`. */
  readonly origin: string;
}

/** Flag values from one source, such as the environment. */
export interface FlagSource {
  /** Valid values by flag name. */
  readonly values: ReadonlyMap<string, WrittenValue>;
  readonly problems: readonly FlagProblem[];
}

/** A warning about flags, for the log. */
export interface FlagWarning {
  /** Constant, so that log lines can be counted by message. */
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}
