import { configValue } from './config-value.ts';
import type { ConfigurationSchema } from './configuration-schema.ts';

/** A section of a configuration, as a JSON object. */
export interface ConfigSection {
  [key: string]: unknown;
}

/**
 * Returns flag values in the form of the configuration file, without `apiVersion` and `kind`. Durations are
 * formatted as in Go.
 */
export function configurationView(
  schema: ConfigurationSchema,
  values: Readonly<Record<string, unknown>>,
): ConfigSection {
  const root: ConfigSection = {};
  for (const [path, value] of schema.fixedValues ?? []) put(root, path, value);
  for (const [name, path] of Object.entries(schema.paths)) {
    const flag = schema.flags[name];
    if (flag !== undefined) put(root, path, configValue(flag, values[name]));
  }
  return root;
}

function put(root: ConfigSection, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let section = root;
  for (const key of keys) {
    const known = section[key];
    const next: ConfigSection = isSection(known) ? known : {};
    section[key] = next;
    section = next;
  }
  section[last] = value;
}

function isSection(value: unknown): value is ConfigSection {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
