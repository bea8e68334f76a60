import { EventSource } from '@k8s-ccm/cloud-provider';

/** Which component runs one controller while controllers move between components. */
export interface ControllerLeader {
  /** The controller, by its name or another name that means it. */
  readonly name: string;
  /** For example `kube-controller-manager`; `*` is whoever holds the migration's lease. */
  readonly component: string;
}

/** How controllers move from one controller manager to another (contract.md#leader-migration). */
export interface LeaderMigration {
  /** Name of the lease that both managers know. */
  readonly leaderName: string;
  readonly controllerLeaders: readonly ControllerLeader[];
}

/** What `--enable-leader-migration` means without a file. */
export const defaultLeaderMigration: LeaderMigration = {
  leaderName: 'cloud-provider-extraction-migration',
  controllerLeaders: [
    { name: 'route-controller', component: '*' },
    { name: 'service-controller', component: '*' },
    { name: 'cloud-node-lifecycle-controller', component: '*' },
  ],
};

/** Under which lease a controller runs: this manager's own, the migration's, or none of this manager's. */
export type ControllerLease = 'main' | 'migration' | 'elsewhere';

/** What of a controller a migration looks at. */
export interface MigratingController {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly identity?: string;
}

/**
 * Tells under which lease each of these controllers runs. A file names a controller by its name, an
 * alias, or the name by which it alone speaks to the API server: `service-controller` means
 * `service-lb-controller`, which was called that when it still ran in kube-controller-manager. Upstream
 * looks at the name only, and so lets both managers run a controller that was renamed since.
 * Of several entries that mean a controller, the last one counts.
 */
export function leaseOf<C extends MigratingController>(
  { controllerLeaders }: LeaderMigration,
  controllers: readonly C[],
): (controller: C) => ControllerLease {
  return ({ name, aliases = [], identity }) => {
    const names = new Set([name, ...aliases]);
    const sharing = controllers.filter((other) => other.identity === identity);
    if (identity !== undefined && sharing.length === 1) names.add(identity);
    const leader = controllerLeaders.findLast((entry) => names.has(entry.name));
    if (leader === undefined) return 'main';
    const isHere = leader.component === EventSource.ControllerManager || leader.component === '*';
    return isHere ? 'migration' : 'elsewhere';
  };
}
