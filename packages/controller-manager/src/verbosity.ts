/** How much is logged; may change while the process runs. */
export interface Verbosity {
  /** As `--v`: from 4 on, decisions and their reasons too. */
  value: number;
}
