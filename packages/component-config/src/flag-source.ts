import type { FlagProblem } from './parse-flags.ts';

/** A flag's value as somebody wrote it. */
export interface WrittenValue {
  /** As it would stand on the command line. */
  readonly text: string;
  /** Where it stands, for messages: `CCM_CLUSTER_NAME`, `ccm.yaml:3`. */
  readonly origin: string;
}

/** What was found in a place where values of flags stand. */
export interface FlagSource {
  /** By flag; each is a value that the flag allows. */
  readonly values: ReadonlyMap<string, WrittenValue>;
  readonly problems: readonly FlagProblem[];
}

/** Something about the flags that does not keep the program from starting, for the log. */
export interface FlagWarning {
  /** Constant, so that it can be counted. */
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}
