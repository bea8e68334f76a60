import { configPaths, fixedConfigValues } from './config-paths.ts';
import { configValue } from './config-value.ts';
import type { Flag } from './flag.ts';
import type { LeaderMigration } from './leader-migration/leader-migration.ts';
import { managerFlags } from './manager-flags.ts';
import type { ManagerFlags } from './manager-flags.ts';

/** A section of a configuration, as JSON has it. */
export interface ConfigSection {
  [key: string]: unknown;
}

/**
 * The flags as a CloudControllerManagerConfiguration: what `/configz` shows under
 * `cloudcontrollermanager.config.k8s.io` (contract.md#component-configuration). Durations are as Go writes them, and
 * `ConcurrentNodeStatusUpdates` is the number that is used.
 * @param migration the one in use; absent where there is none
 */
export function componentConfiguration(
  flags: ManagerFlags,
  migration?: LeaderMigration,
): Readonly<ConfigSection> {
  const root: ConfigSection = {};
  const values: Readonly<Record<string, unknown>> = {
    ...flags,
    'concurrent-node-status-updates':
      flags['concurrent-node-status-updates'] || flags['concurrent-node-syncs'],
  };
  const table: Readonly<Record<string, Flag<unknown>>> = managerFlags;
  for (const [path, value] of fixedConfigValues) put(root, path, value);
  for (const [name, path] of Object.entries(configPaths)) {
    const flag = table[name];
    if (flag !== undefined) put(root, path, configValue(flag, values[name]));
  }
  if (migration !== undefined)
    put(root, 'Generic.LeaderMigration', { ...migration, resourceLock: 'leases' });
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
