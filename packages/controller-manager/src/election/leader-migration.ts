import { EventSource } from '@k8s-ccm/cloud-provider';

/** The component that runs a controller during a migration. */
export interface ControllerLeader {
  /** The name or an alias of the controller. */
  readonly name: string;
  /** For example `kube-controller-manager`. `*` means the component that holds the Lease of the migration. */
  readonly component: string;
}

/** A migration of controllers from one controller manager to another (contract.md#leader-migration). */
export interface LeaderMigration {
  /** Name of the Lease that both managers use. */
  readonly leaderName: string;
  readonly controllerLeaders: readonly ControllerLeader[];
}

/** The leader migration that `--enable-leader-migration` uses without a file. */
export const defaultLeaderMigration: LeaderMigration = {
  leaderName: 'cloud-provider-extraction-migration',
  controllerLeaders: [
    { name: 'route-controller', component: '*' },
    { name: 'service-controller', component: '*' },
    { name: 'cloud-node-lifecycle-controller', component: '*' },
  ],
};

/**
 * The Lease that a controller runs under: the main Lease of this manager, the Lease of the migration, or a Lease
 * of another manager.
 */
export type ControllerLease = 'main' | 'migration' | 'elsewhere';

/** The part of a controller that a leader migration refers to. */
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
