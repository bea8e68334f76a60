import { boolFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of the section "leader-migration" (contract.md#leader-migration). */
export const leaderMigrationFlags = {
  'enable-leader-migration': boolFlag({
    default: false,
    section: 'leader-migration',
    doc: 'Lead some controllers under a second lease, so that they can move from one controller manager to another without a pause or an overlap.',
  }),
  'leader-migration-config': stringFlag({
    default: '',
    section: 'leader-migration',
    doc: 'Path of a LeaderMigrationConfiguration; without it, the built-in one.',
  }),
} as const satisfies FlagTable;
