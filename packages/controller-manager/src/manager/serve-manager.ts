import type { ProxyFor } from '@k8s-ccm/cloud-provider';
import { featureEnabled } from '@k8s-ccm/component-config';
import type { Verbosity } from '@k8s-ccm/component-config';
import type {
  Clock,
  KubeClient,
  LeaderElector,
  MetricsRegistry,
  Random,
} from '@k8s-ccm/controller-runtime';
import { errorLines } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import {
  delegatedClient,
  managerEndpoints,
  servingOptions,
  startServing,
} from '@k8s-ccm/secure-serving';
import type { ChecksByEndpoint, ServingOptions } from '@k8s-ccm/secure-serving';
import type { ControllerGroup } from '../controllers/controller-group.ts';
import type { LeaderMigration } from '../election/leader-migration.ts';
import type { LeadershipGate } from '../election/leadership-gate.ts';
import type { ManagerFlags } from '../flags/manager-flags.ts';
import type { InformerSet } from '../informers/shared-informers.ts';
import { cloudApiCheck } from '../provider/cloud-api-check.ts';
import type { CloudCallLog } from '../provider/cloud-call-log.ts';
import { ExitCode, StartError } from '../start-error.ts';
import { componentConfiguration } from './component-configuration.ts';

/** The base name of the files in `--cert-dir`, as upstream names them. */
const pairName = 'cloud-controller-manager';

/** Options of {@link serveManager}. */
export interface ServeManagerOptions {
  readonly program: string;
  readonly version: string;
  readonly flags: ManagerFlags;
  readonly verbosity: Verbosity;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The parts of a manager that are served. */
export interface ServedParts {
  readonly metrics: MetricsRegistry;
  readonly informers: Pick<InformerSet, 'checks'>;
  readonly controllers: Pick<ControllerGroup, 'liveChecks' | 'readyChecks'>;
  readonly cloudCalls: CloudCallLog;
  readonly elector?: Pick<LeaderElector, 'isHealthy' | 'isLeader'>;
  /** The leader migration in use, if any. */
  readonly migration?: LeaderMigration;
  /** Checks requests to the API server. Default: all are allowed. */
  readonly gate?: Pick<LeadershipGate, 'mayCall'>;
  /** Selects the proxy for the API server. Default: none. */
  readonly proxyFor?: ProxyFor;
}

/**
 * Serves the health, metrics and configuration of a manager, whether it leads or not. If `--secure-port` is 0,
 * nothing is served.
 * @throws StartError if the flags cannot be served
 */
export async function serveManager(
  options: ServeManagerOptions,
  parts: ServedParts,
  resources: AsyncDisposableStack,
): Promise<void> {
  const { flags, verbosity, clock, log } = options;
  const port = flags['secure-port'];
  if (port === 0) return;
  try {
    const clients = await reviewClients(options, parts, resources);
    const router = managerEndpoints({
      checks: checksOf(parts, clock),
      metrics: parts.metrics,
      configz: () => ({
        'cloudcontrollermanager.config.k8s.io': componentConfiguration(
          { ...flags, v: verbosity.value },
          parts.migration,
        ),
      }),
      ...(flags.profiling ? { debug: { verbosity } } : {}),
      clock,
    });
    const serving = await startServing({
      ...servingOptions(flags, {
        pairName,
        takesUid: featureEnabled(flags, 'RemoteRequestHeaderUID'),
      }),
      ...clients,
      router,
      metrics: parts.metrics,
      clock,
      random: options.random,
      log,
      signal: options.signal,
    });
    resources.use(serving);
    log.debug('serving', { address: flags['bind-address'], port: serving.port });
  } catch (error) {
    const [why = ''] = errorLines(error);
    throw new StartError(`--secure-port=${port} cannot be served: ${why}`, ExitCode.Failed, {
      cause: error,
    });
  }
}

function checksOf(parts: ServedParts, clock: Clock): ChecksByEndpoint {
  const { informers, controllers, elector, cloudCalls } = parts;
  const live = () => [
    ...(elector === undefined
      ? []
      : [{ name: 'leaderElection', isHealthy: () => elector.isHealthy() }]),
    ...controllers.liveChecks,
  ];
  const cloudApi = cloudApiCheck(cloudCalls, clock);
  return {
    healthz: live,
    livez: live,
    readyz: () => [
      // A replica that waits for the Lease is ready.
      ...(elector?.isLeader === false ? [] : [...informers.checks, ...controllers.readyChecks]),
      cloudApi,
    ],
  };
}

type ReviewClients = Pick<ServingOptions, 'authenticationClient' | 'authorizationClient'>;

/** Creates the clients for reviews, or a single one if both kubeconfigs are the same. */
async function reviewClients(
  { program, version, flags, clock, random, log }: ServeManagerOptions,
  { metrics, gate, proxyFor }: Pick<ServedParts, 'metrics' | 'gate' | 'proxyFor'>,
  resources: AsyncDisposableStack,
): Promise<ReviewClients> {
  const open = async (kubeconfig: string): Promise<KubeClient | undefined> => {
    const userAgent = `${program}/${version}/delegated-auth`;
    const client = await delegatedClient({
      kubeconfig,
      proxyFor,
      userAgent,
      clock,
      random,
      log,
      metrics,
      mayCall: gate?.mayCall,
    });
    return client && resources.use(client);
  };
  const authentication = flags['authentication-kubeconfig'];
  const authorization = flags['authorization-kubeconfig'];
  const authenticationClient = await open(authentication);
  const authorizationClient =
    authorization === authentication ? authenticationClient : await open(authorization);
  return { authenticationClient, authorizationClient };
}
