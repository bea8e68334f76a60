import type { ProviderConfiguration } from '@k8s-ccm/cloud-provider';

/** What differs between two configurations. */
export interface ConfigurationChanges {
  /** The keys whose values differ, or which only one of them has. */
  readonly keys: readonly string[];
  /** Those that say whose cloud it is and where, with both values. */
  readonly identity: readonly string[];
}

const empty: ProviderConfiguration = { files: [], values: {}, identity: [] };

/** Compares what a provider says of its configuration with what the one before it said. */
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
