import type { CloudProvider, CloudProviderRegistry, Logger } from '@k8s-ccm/cloud-provider';
import { EventSource } from '@k8s-ccm/cloud-provider';
import {
  EventBroadcaster,
  KubeClient,
  MetricsRegistry,
  loadKubeConfig,
} from '@k8s-ccm/controller-runtime';
import type { ApiServerConfig, Clock, LeaderElector, Random } from '@k8s-ccm/controller-runtime';
import { CloudCallLog } from './cloud-call-log.ts';
import { createElector } from './create-elector.ts';
import { providerMaker } from './create-provider.ts';
import { ControllerGroup } from './controller-group.ts';
import type { ControllerDescriptor } from './controller.ts';
import { LeadershipGate } from './leadership-gate.ts';
import type { ManagerFlags } from './manager-flags.ts';
import { serveManager } from './serving/serve-manager.ts';
import { InformerSet } from './shared-informers.ts';
import type { Verbosity } from './verbosity.ts';

/** How long writing the last events may take. */
const eventsLimitMs = 3000;

/** What a manager is made of. */
export interface ManagerOptions {
  readonly program: string;
  readonly version: string;
  readonly flags: ManagerFlags;
  readonly providers: CloudProviderRegistry;
  readonly controllers: readonly ControllerDescriptor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How much `log` writes; changes at run time. */
  readonly verbosity: Verbosity;
  /** Asks the manager to stop. */
  readonly signal: AbortSignal;
  /** Ends the program at once, without waiting for anything. */
  readonly endNow: (exitCode: number) => void;
}

/** A manager that is ready to work: its configuration is read, and its health is served. */
export interface ManagerParts extends AsyncDisposable {
  readonly config: ApiServerConfig;
  readonly provider: CloudProvider;
  /** When the cloud was last heard of. */
  readonly cloudCalls: CloudCallLog;
  readonly client: KubeClient;
  readonly metrics: MetricsRegistry;
  readonly informers: InformerSet;
  readonly controllers: ControllerGroup;
  readonly events: EventBroadcaster;
  /** Lets events wait while `busy` says so, until it is disposed of. */
  readonly holdEventsWhile: (busy: () => boolean) => Disposable;
  /** What may go out, as long as this process leads. */
  readonly gate: LeadershipGate;
  /** Absent where there is no election. */
  readonly elector?: LeaderElector;
}

/**
 * Reads the configuration and makes the parts of a manager, without a call to the cloud or, beyond
 * what the kubeconfig asks for, to anybody else.
 * @throws StartError, KubeConfigError, or the provider's error, for the operator to read
 */
export async function assembleManager(options: ManagerOptions): Promise<ManagerParts> {
  const { flags, clock, random, log } = options;
  await using unfinished = new AsyncDisposableStack();
  const config = await loadKubeConfig({
    kubeconfig: flags.kubeconfig,
    master: flags.master,
    clock,
    log,
  });
  const metrics = new MetricsRegistry();
  metrics.collectProcessMetrics();
  const gate = new LeadershipGate();
  const cloudCalls = new CloudCallLog(clock);
  const makeProvider = providerMaker(options, { metrics, calls: cloudCalls, gate });
  const { provider, use } = await makeProvider();
  use();
  unfinished.defer(() => provider.close?.());
  const client = unfinished.use(createClient(options, config, metrics, gate));
  const informers = new InformerSet({
    client: client.forUserAgent('shared-informers'),
    clock,
    random,
    log,
  });
  const controllers = new ControllerGroup({
    manager: EventSource.ControllerManager,
    metrics,
    clock,
    log,
  });
  const busyControllers = new Set<() => boolean>();
  const events = new EventBroadcaster({
    client: client.forUserAgent('events').events,
    clock,
    random,
    log,
    holdWhile: () => [...busyControllers].some((busy) => busy()),
  });
  unfinished.defer(() => events.close({ limitMs: eventsLimitMs }));
  const elector = flags['leader-elect']
    ? createElector(options, { config, metrics, events, gate }, unfinished)
    : undefined;
  const parts = {
    config,
    provider,
    cloudCalls,
    client,
    metrics,
    informers,
    controllers,
    events,
    gate,
    holdEventsWhile: (busy: () => boolean) => {
      busyControllers.add(busy);
      return { [Symbol.dispose]: () => busyControllers.delete(busy) };
    },
    ...(elector === undefined ? {} : { elector }),
  };
  await serveManager(options, parts, unfinished);
  const resources = unfinished.move();
  return { ...parts, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function createClient(
  { program, version, flags, clock, random, log }: ManagerOptions,
  config: ApiServerConfig,
  metrics: MetricsRegistry,
  gate: LeadershipGate,
): KubeClient {
  return KubeClient.create({
    config,
    userAgent: `${program}/${version}`,
    qps: flags['kube-api-qps'],
    burst: flags['kube-api-burst'],
    clock,
    random,
    log,
    metrics,
    mayCall: gate.mayCall,
  });
}
