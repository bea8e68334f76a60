import type { ProviderConfiguration } from '@k8s-ccm/cloud-provider';

/** The differences between two configurations. */
export interface ConfigurationChanges {
  /** Keys whose values differ or that only one configuration has. */
  readonly keys: readonly string[];
  /** Changed keys that identify the account or the location, with both values. */
  readonly identity: readonly string[];
}

const empty: ProviderConfiguration = { files: [], values: {}, identity: [] };

/** Compares the configurations of two providers. */
export function configurationChanges(
  before: ProviderConfiguration = empty,
  after: ProviderConfiguration = empty,
): ConfigurationChanges {
  const [old, now] = [before, after].map(({ values }) => new Map(Object.entries(values)));
  const identity = new Set([...before.identity, ...after.identity]);
  const keys = [...new Set([...Object.keys(before.values), ...Object.keys(after.values)])].filter(
    (key) => old?.get(key) !== now?.get(key),
  );
  return {
    keys,
    identity: keys
      .filter((key) => identity.has(key))
      .map((key) => `${key}: ${old?.get(key) ?? 'nothing'} -> ${now?.get(key) ?? 'nothing'}`),
  };
}
