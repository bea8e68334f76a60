import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EventSource } from '@k8s-ccm/cloud-provider';
import { KubeClient, LeaderElector } from '@k8s-ccm/controller-runtime';
import type {
  ApiServerConfig,
  EventBroadcaster,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import type { ControllerDescriptor } from '../controller.ts';
import type { ManagerOptions } from '../manager-options.ts';
import { readLeaderMigration } from './leader-migration-file.ts';
import { defaultLeaderMigration, leaseOf } from './leader-migration.ts';
import type { ControllerLease, LeaderMigration } from './leader-migration.ts';
import type { LeadershipGate } from './leadership-gate.ts';

/** What an election is held with. */
export interface ElectorInput {
  readonly config: ApiServerConfig;
  readonly metrics: MetricsRegistry;
  readonly events: EventBroadcaster;
  readonly gate: LeadershipGate;
}

/** The leases that a manager holds while it works. */
export interface Election {
  /** Without it nothing is done. */
  readonly main: LeaderElector;
  /** A second one, for controllers that move between managers (contract.md#leader-migration). */
  readonly migration?: MigrationElection;
}

/** The lease of a migration, and who works under it. */
export interface MigrationElection {
  readonly elector: LeaderElector;
  readonly configuration: LeaderMigration;
  readonly leaseOf: (controller: ControllerDescriptor) => ControllerLease;
}

/**
 * Makes the electors that the flags ask for, with connections of their own, so that no other work delays a renewal.
 * @throws StartError where the file of the migration is wrong
 */
export async function createElection(
  options: ManagerOptions,
  input: ElectorInput,
  resources: AsyncDisposableStack,
): Promise<Election | undefined> {
  const { flags, controllers } = options;
  if (!flags['leader-elect']) return undefined;
  const path = flags['leader-migration-config'];
  const isMigrating = flags['enable-leader-migration'];
  const configuration =
    isMigrating && path !== '' ? await readLeaderMigration(path) : defaultLeaderMigration;
  const make = electorMaker(options, input, resources);
  const main = make(flags['leader-elect-resource-name']);
  if (!isMigrating) return { main };
  return {
    main,
    migration: {
      elector: make(configuration.leaderName),
      configuration,
      leaseOf: leaseOf(configuration, controllers),
    },
  };
}

/** All of one process have the same identity and timings. */
function electorMaker(
  { program, version, flags, clock, random, log }: ManagerOptions,
  { config, metrics, events, gate }: ElectorInput,
  resources: AsyncDisposableStack,
): (name: string) => LeaderElector {
  const renewDeadlineMs = flags['leader-elect-renew-deadline'];
  const identity = `${hostname()}_${randomUUID()}`;
  const client = resources.use(
    KubeClient.create({
      config,
      userAgent: `${program}/${version}/leader-election`,
      qps: 0,
      timeoutMs: Math.max(1000, renewDeadlineMs / 2),
      clock,
      random,
      log,
      metrics,
      mayCall: gate.mayCall,
    }),
  );
  return (name) => {
    const elector = new LeaderElector({
      client: client.leases,
      name,
      namespace: flags['leader-elect-resource-namespace'],
      identity,
      leaseDurationMs: flags['leader-elect-lease-duration'],
      renewDeadlineMs,
      retryPeriodMs: flags['leader-elect-retry-period'],
      clock,
      random,
      log,
      recorder: events.recorder(EventSource.ControllerManager),
      metrics,
    });
    gate.add(elector);
    return elector;
  };
}
