/**
 * What a provider tells of the configuration that it was made from. A manager makes another provider
 * when `--cloud-config` or one of `files` changes, and reports what has changed.
 */
export interface ProviderConfiguration {
  /** Files that it was made from beside `--cloud-config`, for example with certificates. */
  readonly files: readonly string[];
  /**
   * Files with secrets that the provider reads again by itself when they change. A change is not one of
   * the configuration: no other provider is made for it. Default: none.
   */
  readonly secretFiles?: readonly string[];
  /** Its values by key, fit for a log: never a secret. */
  readonly values: Readonly<Record<string, string>>;
  /** Those keys of `values` that say whose cloud it is and where: with another value, what was made before is out of reach. */
  readonly identity: readonly string[];
}

/** What has become of the configuration of a provider. */
export type ProviderChange =
  /** It has other values: what failed may work now, and what is in order may have to change. */
  | 'configuration'
  /** Only secrets, tokens or certificates are others: what failed may work now, and nothing else has to be looked at. */
  | 'credentials';
