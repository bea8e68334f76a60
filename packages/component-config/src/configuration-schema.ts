import type { FlagWarning } from './flag-source.ts';
import type { FlagTable, FlagValues } from './flag.ts';

/**
 * The configuration of a program: its flags, their environment variables, and their places in the `--config`
 * file.
 */
export interface ConfigurationSchema<Table extends FlagTable = FlagTable> {
  readonly flags: Table;
  /** Prefix of the environment variables of the flags, for example `CCM_`. */
  readonly environmentPrefix: string;
  /** The `apiVersion` of the file. */
  readonly apiVersion: string;
  /** The `kind` of the file. */
  readonly kind: string;
  /**
   * The path of each flag in the file, as keys separated by dots. A flag without a path cannot be set in the
   * file.
   */
  readonly paths: Readonly<Record<string, string>>;
  /** Values of keys that no flag sets. A file may contain these keys only with these values. */
  readonly fixedValues?: ReadonlyMap<string, unknown>;
  /**
   * Returns a warning for each flag that is set but has no effect. `given` holds the text of each flag that is
   * set.
   */
  warnings?(flags: FlagValues<Table>, given: ReadonlyMap<string, string>): readonly FlagWarning[];
}
