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

/** Dependencies of {@link createElection}. */
export interface ElectorInput {
  readonly config: ApiServerConfig;
  readonly metrics: MetricsRegistry;
  readonly events: EventBroadcaster;
  readonly gate: LeadershipGate;
}

/** The Leases that a manager holds while it runs controllers. */
export interface Election {
  /** The main Lease. No controller runs without it. */
  readonly main: LeaderElector;
  /** A second Lease, for controllers that migrate between managers (contract.md#leader-migration). */
  readonly migration?: MigrationElection;
}

/** The Lease of a leader migration, and the controllers that run under it. */
export interface MigrationElection {
  readonly elector: LeaderElector;
  readonly configuration: LeaderMigration;
  readonly leaseOf: (controller: ControllerDescriptor) => ControllerLease;
}

/**
 * Creates the electors that the flags configure, with separate connections so that no other request delays a
 * renewal. Returns `undefined` without leader election.
 * @throws StartError if the leader migration file is invalid
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

/** All electors of a process have the same identity and timings. */
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
