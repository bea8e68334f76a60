import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EventSource } from '@k8s-ccm/cloud-provider';
import { KubeClient, LeaderElector } from '@k8s-ccm/controller-runtime';
import type {
  ApiServerConfig,
  EventBroadcaster,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import type { LeadershipGate } from './leadership-gate.ts';
import type { ManagerOptions } from './manager-parts.ts';

/** What an election is held with. */
export interface ElectorInput {
  readonly config: ApiServerConfig;
  readonly metrics: MetricsRegistry;
  readonly events: EventBroadcaster;
  readonly gate: LeadershipGate;
}

/** An elector with connections of its own, so that no other work delays a renewal. */
export function createElector(
  { program, version, flags, clock, random, log }: ManagerOptions,
  { config, metrics, events, gate }: ElectorInput,
  resources: AsyncDisposableStack,
): LeaderElector {
  const renewDeadlineMs = flags['leader-elect-renew-deadline'];
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
  const elector = new LeaderElector({
    client: client.leases,
    name: flags['leader-elect-resource-name'],
    namespace: flags['leader-elect-resource-namespace'],
    identity: `${hostname()}_${randomUUID()}`,
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
}
