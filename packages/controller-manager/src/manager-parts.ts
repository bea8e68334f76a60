import type { CloudProviderRegistry, Logger } from '@k8s-ccm/cloud-provider';
import { EventSource, proxyFromEnvironment } from '@k8s-ccm/cloud-provider';
import {
  EventBroadcaster,
  KubeClient,
  MetricsRegistry,
  loadKubeConfig,
} from '@k8s-ccm/controller-runtime';
import type { ApiServerConfig, Clock, Random } from '@k8s-ccm/controller-runtime';
import { abortable } from '@k8s-ccm/foundation';
import { showBuildInfo } from './build-info-metrics.ts';
import { CloudCallLog } from './cloud-call-log.ts';
import { createElection } from './create-election.ts';
import type { Election } from './create-election.ts';
import { providerMaker, providerName } from './create-provider.ts';
import type { Environment } from './environment.ts';
import { ControllerGroup } from './controller-group.ts';
import { ControllerIdentities } from './controller-identities.ts';
import type { ControllerDescriptor } from './controller.ts';
import { watchEventLoopDelay } from './event-loop-delay.ts';
import { LeadershipGate } from './leadership-gate.ts';
import type { ManagerFlags } from './manager-flags.ts';
import { ownObject } from './reload/own-object.ts';
import { ProviderReload } from './reload/provider-reload.ts';
import { ReloadReport } from './reload/reload-report.ts';
import type { ReloadableProvider } from './reload/reloadable-provider.ts';
import { serveManager } from './serving/serve-manager.ts';
import type { ServedParts } from './serving/serve-manager.ts';
import { InformerSet } from './shared-informers.ts';
import { apiRate } from './api-rate.ts';
import type { Verbosity } from './verbosity.ts';

/** How long writing the last events may take: a stop takes less than two seconds as a whole. */
const eventsLimitMs = 1000;

/** What a manager is made of. */
export interface ManagerOptions {
  readonly program: string;
  readonly version: string;
  /** The commit that it was built from, where that is known. */
  readonly commit?: string;
  readonly flags: ManagerFlags;
  readonly providers: CloudProviderRegistry;
  readonly controllers: readonly ControllerDescriptor[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How much `log` writes; changes at run time. */
  readonly verbosity: Verbosity;
  /** Says by which proxies to go, and which Pod this is, see `ownObject`. Default: by none, and it does not know. */
  readonly env?: Environment;
  /** Asks the manager to stop. */
  readonly signal: AbortSignal;
  /** Ends the program at once, without waiting for anything. */
  readonly endNow: (exitCode: number) => void;
}

/** A manager that is ready to work: its configuration is read, and its health is served. */
export interface ManagerParts extends AsyncDisposable {
  readonly config: ApiServerConfig;
  readonly provider: ReloadableProvider;
  readonly client: KubeClient;
  readonly metrics: MetricsRegistry;
  readonly informers: InformerSet;
  readonly controllers: ControllerGroup;
  /** As whom the controllers speak to the API server. */
  readonly identities: ControllerIdentities;
  /** Lets events wait while `busy` says so, until it is disposed of. */
  readonly holdEventsWhile: (busy: () => boolean) => Disposable;
  /** What may go out, as long as this process leads. */
  readonly gate: LeadershipGate;
  /** Absent where there is no election. */
  readonly election?: Election;
}

/**
 * Reads the configuration and makes the parts of a manager, without a call to the cloud or, beyond
 * what the kubeconfig asks for, to anybody else.
 * @throws StartError, ProxyEnvironmentError, KubeConfigError, or the provider's error, for the operator to read
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
  // It may run a credential plugin, which takes up to a minute.
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
    // Drawn out so that not all replicas and programs look at everything at the same time.
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

/** The election as whoever asks this process about itself sees it. */
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
