import { configurationView } from '@k8s-ccm/component-config';
import type { ConfigSection } from '@k8s-ccm/component-config';
import type { LeaderMigration } from '../election/leader-migration.ts';
import { managerConfiguration } from '../flags/manager-configuration.ts';
import type { ManagerFlags } from '../flags/manager-flags.ts';

/**
 * The flags as a CloudControllerManagerConfiguration: what `/configz` shows under
 * `cloudcontrollermanager.config.k8s.io` (contract.md#component-configuration).
 * `ConcurrentNodeStatusUpdates` is the number in use.
 * @param migration the leader migration in use, if any
 */
export function componentConfiguration(
  flags: ManagerFlags,
  migration?: LeaderMigration,
): Readonly<ConfigSection> {
  const view = configurationView(managerConfiguration, {
    ...flags,
    'concurrent-node-status-updates':
      flags['concurrent-node-status-updates'] || flags['concurrent-node-syncs'],
  });
  if (migration === undefined) return view;
  const generic = Object.assign({}, view['Generic']);
  return {
    ...view,
    Generic: { ...generic, LeaderMigration: { ...migration, resourceLock: 'leases' } },
  };
}
