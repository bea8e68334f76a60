import { boolFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "leader-migration" (contract.md#leader-migration). */
export const leaderMigrationFlags = {
  'enable-leader-migration': boolFlag({
    default: false,
    section: 'leader-migration',
    doc: 'Run some controllers under a second Lease, so that they can migrate between controller managers without running twice.',
  }),
  'leader-migration-config': stringFlag({
    default: '',
    section: 'leader-migration',
    doc: 'Path of a LeaderMigrationConfiguration file. If empty, the built-in configuration is used.',
  }),
} as const satisfies FlagTable;
