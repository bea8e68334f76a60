/**
 * What a provider tells of the configuration that it was made from. A manager makes the provider
 * anew when one of the files changes, and says what else has become of it.
 */
export interface ProviderConfiguration {
  /** Files that it was made from beside `--cloud-config`, for example with secrets. */
  readonly files: readonly string[];
  /** Its values by key, fit for a log: never a secret. */
  readonly values: Readonly<Record<string, string>>;
  /** Those keys of `values` that say whose cloud it is and where: with another value, what was made before is out of reach. */
  readonly identity: readonly string[];
}
