import { EventSource, proxyFromEnvironment } from '@k8s-ccm/cloud-provider';
import {
  EventBroadcaster,
  KubeClient,
  loadKubeConfig,
  MetricsRegistry,
} from '@k8s-ccm/controller-runtime';
import type { ApiServerConfig } from '@k8s-ccm/controller-runtime';
import { abortable } from '@k8s-ccm/foundation';
import { ControllerGroup } from '../controllers/controller-group.ts';
import { ControllerIdentities } from '../controllers/controller-identities.ts';
import { createElection } from '../election/create-election.ts';
import type { Election } from '../election/create-election.ts';
import { LeadershipGate } from '../election/leadership-gate.ts';
import { apiRate } from '../flags/api-rate.ts';
import { InformerSet } from '../informers/shared-informers.ts';
import type { ManagerOptions } from '../manager-options.ts';
import { CloudCallLog } from '../provider/cloud-call-log.ts';
import { providerMaker, providerName } from '../provider/create-provider.ts';
import { ownObject } from '../reload/own-object.ts';
import { ProviderReload } from '../reload/provider-reload.ts';
import { ReloadReport } from '../reload/reload-report.ts';
import type { ReloadableProvider } from '../reload/reloadable-provider.ts';
import { showBuildInfo } from './build-info-metrics.ts';
import { watchEventLoopDelay } from './event-loop-delay.ts';
import { serveManager } from './serve-manager.ts';
import type { ServedParts } from './serve-manager.ts';

/** Time limit for writing the remaining Events. A shutdown takes less than two seconds as a whole. */
const eventsLimitMs = 1000;

/** A manager that is ready to run: its configuration is loaded, and its health is served. */
export interface ManagerParts extends AsyncDisposable {
  readonly config: ApiServerConfig;
  readonly provider: ReloadableProvider;
  readonly client: KubeClient;
  readonly metrics: MetricsRegistry;
  readonly informers: InformerSet;
  readonly controllers: ControllerGroup;
  /** The identities of controllers toward the API server. */
  readonly identities: ControllerIdentities;
  /** Delays Events while `busy` returns true, until disposed of. */
  readonly holdEventsWhile: (busy: () => boolean) => Disposable;
  /** Checks outgoing requests against leadership. */
  readonly gate: LeadershipGate;
  /** Absent without leader election. */
  readonly election?: Election;
}

/**
 * Loads the configuration and creates the parts of a manager. Calls neither the cloud nor, except as the
 * kubeconfig requires, any other service.
 * @throws StartError, ProxyEnvironmentError, KubeConfigError, or the error of the provider
 */
export async function assembleManager(options: ManagerOptions): Promise<ManagerParts> {
  const { flags, env = {}, clock, random, log, signal } = options;
  const proxyFor = proxyFromEnvironment(env);
  await using unfinished = new AsyncDisposableStack();
  const loading = loadKubeConfig({
    kubeconfig: flags.kubeconfig,
    master: flags.master,
    proxyFor,
    clock,
    log,
    env: options.env,
  });
  // The kubeconfig can run a credential plugin, which takes up to a minute.
  const config = await abortable(loading, signal);
  const metrics = new MetricsRegistry();
  metrics.collectProcessMetrics();
  showBuildInfo(metrics, options);
  unfinished.use(watchEventLoopDelay({ metrics, clock, log }));
  const gate = new LeadershipGate();
  const cloudCalls = new CloudCallLog(clock);
  const configFile = flags['cloud-config'];
  const reload = await ProviderReload.open({
    make: providerMaker(options, { metrics, calls: cloudCalls, gate, proxyFor }),
    ...(configFile === '' ? {} : { configFile }),
    signal,
    clock,
    log,
  });
  const { provider } = reload;
  unfinished.defer(() => provider.close());
  const client = unfinished.use(createClient(options, config, metrics, gate));
  const informers = new InformerSet({
    client: client.forUserAgent('shared-informers'),
    // Jittered, so that replicas and programs do not resync at the same time.
    resyncPeriodMs: flags['min-resync-period'] * (1 + random.next()),
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
  const holdWhile = (): boolean => [...busyControllers].some((busy) => busy());
  const events = new EventBroadcaster({
    client: client.forUserAgent('events').events,
    clock,
    random,
    log,
    holdWhile,
  });
  unfinished.defer(() => events.close({ limitMs: eventsLimitMs }));
  const identityInput = { config, client, events, holdEventsWhile: holdWhile, metrics };
  const identities = unfinished.use(
    new ControllerIdentities(options, { ...identityInput, mayCall: gate.mayCall }),
  );
  const election = await createElection(options, { config, metrics, events, gate }, unfinished);
  const parts = {
    config,
    provider,
    client,
    metrics,
    informers,
    controllers,
    identities,
    gate,
    holdEventsWhile: (busy: () => boolean) => {
      busyControllers.add(busy);
      return { [Symbol.dispose]: () => busyControllers.delete(busy) };
    },
    ...(election === undefined ? {} : { election }),
  };
  const served = { ...parts, proxyFor, cloudCalls, ...electorOf(election) };
  await serveManager(options, served, unfinished);
  await unfinished.use(reload).start(reloadReport(options, metrics, events));
  const resources = unfinished.move();
  return { ...parts, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Returns the state of the election for health checks and `/configz`. */
function electorOf(election: Election | undefined): Pick<ServedParts, 'elector' | 'migration'> {
  if (election === undefined) return {};
  const { main, migration } = election;
  return {
    elector: {
      get isLeader() {
        return main.isLeader;
      },
      isHealthy: () => main.isHealthy() && (migration?.elector.isHealthy() ?? true),
    },
    ...(migration === undefined ? {} : { migration: migration.configuration }),
  };
}

function reloadReport(
  options: ManagerOptions,
  metrics: MetricsRegistry,
  events: EventBroadcaster,
): ReloadReport {
  const { flags, env = {}, clock, log } = options;
  const lease = {
    name: flags['leader-elect-resource-name'],
    namespace: flags['leader-elect-resource-namespace'],
  };
  return new ReloadReport({
    provider: providerName(options),
    metrics,
    recorder: events.recorder(EventSource.ControllerManager),
    about: ownObject({ environment: env, lease }),
    clock,
    log,
  });
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
    ...apiRate(flags),
    clock,
    random,
    log,
    metrics,
    mayCall: gate.mayCall,
  });
}
