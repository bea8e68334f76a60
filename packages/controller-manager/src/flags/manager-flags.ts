import { SecurePort } from '@k8s-ccm/cloud-provider';
import type { FlagTable, FlagValues } from '@k8s-ccm/component-config';
import {
  authenticationFlags,
  authorizationFlags,
  debuggingFlags,
  secureServingFlags,
} from '@k8s-ccm/secure-serving';
import { controllerFlags } from './controller-flags.ts';
import { genericFlags } from './generic-flags.ts';
import { globalFlags } from './global-flags.ts';
import { leaderElectionFlags } from './leader-election-flags.ts';
import { leaderMigrationFlags } from './leader-migration-flags.ts';
import { miscFlags } from './misc-flags.ts';
import { webhookFlags } from './webhook-flags.ts';

/** The manager's flags. Names, sections and defaults are upstream's (contract.md#flags) unless noted. */
export const managerFlags = {
  ...debuggingFlags,
  ...leaderMigrationFlags,
  ...genericFlags,
  ...leaderElectionFlags,
  ...controllerFlags,
  ...webhookFlags,
  ...secureServingFlags({ port: SecurePort }),
  ...authenticationFlags,
  ...authorizationFlags,
  ...miscFlags,
  ...globalFlags,
} as const satisfies FlagTable;

/** The values of {@link managerFlags}. */
export type ManagerFlags = FlagValues<typeof managerFlags>;
