/** How much is logged; may change while the process runs. */
export interface Verbosity {
  /** As `--v`; see `LogVerbosity`. */
  value: number;
}
