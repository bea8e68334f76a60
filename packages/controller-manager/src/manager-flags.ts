import type { FlagTable, FlagValues } from './flag.ts';
import { authenticationFlags } from './flags/authentication-flags.ts';
import { authorizationFlags } from './flags/authorization-flags.ts';
import { controllerFlags } from './flags/controller-flags.ts';
import { debuggingFlags } from './flags/debugging-flags.ts';
import { genericFlags } from './flags/generic-flags.ts';
import { globalFlags } from './flags/global-flags.ts';
import { leaderElectionFlags } from './flags/leader-election-flags.ts';
import { leaderMigrationFlags } from './flags/leader-migration-flags.ts';
import { miscFlags } from './flags/misc-flags.ts';
import { secureServingFlags } from './flags/secure-serving-flags.ts';
import { webhookFlags } from './flags/webhook-flags.ts';

/** The manager's flags. Names, sections and defaults are upstream's (contract.md#flags) unless noted. */
export const managerFlags = {
  ...debuggingFlags,
  ...leaderMigrationFlags,
  ...genericFlags,
  ...leaderElectionFlags,
  ...controllerFlags,
  ...webhookFlags,
  ...secureServingFlags,
  ...authenticationFlags,
  ...authorizationFlags,
  ...miscFlags,
  ...globalFlags,
} as const satisfies FlagTable;

/** The values of {@link managerFlags}. */
export type ManagerFlags = FlagValues<typeof managerFlags>;
