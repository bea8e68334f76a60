import type { ProviderConfiguration } from '@k8s-ccm/cloud-provider';
import { Secret } from '@k8s-ccm/inspur-sdk';

import { secretLocation } from './cloud-config.ts';
import type { InspurConfig } from './cloud-config.ts';

/** What says whose cloud it is and where: whoever changes it no longer finds what was made before. */
const identity =
  /^(?:region|endpoints\..*|network\..*|credentials\.(?:kind|id|url|requestedSubject))$/;

/** A configuration as its manager may know and log it, without secrets. */
export function cloudConfigDescription(config: InspurConfig): ProviderConfiguration {
  const secret = secretLocation(config.credentials);
  const { caFile } = config.tls;
  const { ignoredLines: _, ...settings } = config;
  const values = Object.fromEntries(flatten(settings, []));
  return {
    files: caFile === undefined ? [] : [caFile],
    secretFiles: secret.kind === 'file' ? [secret.path] : [],
    values,
    identity: Object.keys(values).filter((key) => identity.test(key)),
  };
}

/** Dotted keys and their values as text; what is not set has none. */
function flatten(value: unknown, path: readonly string[]): (readonly [string, string])[] {
  const key = path.join('.');
  if (value === undefined) return [];
  if (value instanceof Secret) return [[key, value.toString()]];
  if (Array.isArray(value)) return [[key, value.join(', ')]];
  if (typeof value === 'string') return [[key, value]];
  if (typeof value !== 'object' || value === null) return [[key, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, item]) => flatten(item, [...path, name]));
}
