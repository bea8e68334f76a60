/** The verbosity of the log. It can change at run time. */
export interface Verbosity {
  /** The value of `--v`, see `LogVerbosity`. */
  value: number;
}
