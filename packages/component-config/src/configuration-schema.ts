import type { FlagWarning } from './flag-source.ts';
import type { FlagTable, FlagValues } from './flag.ts';

/** How a program is configured: its flags, their variables, and their places in the file of `--config`. */
export interface ConfigurationSchema<Table extends FlagTable = FlagTable> {
  readonly flags: Table;
  /** What the variables of the flags begin with, for example `CCM_`. */
  readonly environmentPrefix: string;
  /** `apiVersion` of the file. */
  readonly apiVersion: string;
  /** `kind` of the file. */
  readonly kind: string;
  /** The place of each flag in the file, as keys with dots between them. A flag without one cannot be set there. */
  readonly paths: Readonly<Record<string, string>>;
  /** Keys that no flag sets: a file may repeat these values, and may not change them. */
  readonly fixedValues?: ReadonlyMap<string, unknown>;
  /** Finds flags that were set and have no effect. `given` holds the text of each flag that was set. */
  warnings?(flags: FlagValues<Table>, given: ReadonlyMap<string, string>): readonly FlagWarning[];
}
