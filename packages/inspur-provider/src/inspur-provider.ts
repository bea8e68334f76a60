import { LogVerbosity, silentLogger } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, Logger, ProviderMetrics } from '@k8s-ccm/cloud-provider';
import { LinkedAbort, onAbort } from '@k8s-ccm/foundation';
import {
  accessKeyCredentials,
  InspurClient,
  keycloakCredentials,
  systemClock,
  tokenCredentials,
} from '@k8s-ccm/inspur-sdk';
import type {
  CloudCall,
  Credentials,
  InspurClientOptions,
  InspurTls,
  SecretSource,
} from '@k8s-ccm/inspur-sdk';

import { readCaFile } from './ca-file.ts';
import { countCall } from './call-metrics.ts';
import { cloudConfigDescription } from './cloud-config-description.ts';
import type { InspurConfig, SecretLocation } from './cloud-config.ts';
import { cloudConfigWarnings } from './cloud-config-warnings.ts';
import { InspurInstances } from './instances/inspur-instances.ts';
import { InspurLoadBalancer } from './load-balancer/inspur-load-balancer.ts';
import { createRoutes } from './routes/create-routes.ts';
import type { InspurRoutesOptions } from './routes/inspur-routes.ts';
import { SecretFile } from './secret-file.ts';
import { NodeServers } from './servers/node-servers.ts';
import { serverDirectory } from './servers/server-directory.ts';

/** The name of `--cloud-provider` for this provider. */
export const inspurProviderName = 'inspur';

/** What {@link createInspurProvider} takes. */
export interface InspurProviderOptions extends Pick<
  InspurClientOptions,
  'clock' | 'random' | 'correlationId' | 'proxyFor'
> {
  readonly config: InspurConfig;
  /** In place of a client made from `config`; closed with the provider. Without `ecs` and `vpc` the provider has no instances. */
  readonly client?: Pick<InspurClient, 'slb' | 'close'> &
    Partial<Pick<InspurClient, 'ecs' | 'vpc' | 'budget'>>;
  /** Default: no log. */
  readonly log?: Logger;
  /** Takes what is counted of the calls. Default: nothing is counted. */
  readonly metrics?: ProviderMetrics;
  /** Called after every attempt and call to the cloud. Must not throw. */
  readonly onCloudCall?: InspurClientOptions['onCall'];
  /** Asked right before each call; throws where this process may not act, and then nothing is sent. */
  readonly mayCall?: InspurClientOptions['mayCall'];
}

/**
 * Makes the provider for INSPUR Cloud: load balancers on existing SLBs, and the ECS servers behind the
 * Nodes. Opens no connection yet.
 *
 * @throws CaFileError where the configured CA file cannot be read or holds no certificate
 */
export function createInspurProvider({
  config,
  client: givenClient,
  log = silentLogger,
  ...clientOptions
}: InspurProviderOptions): CloudProvider {
  for (const { message, fields } of cloudConfigWarnings(config)) log.warn(message, fields);
  for (const endpoint of config.tls.insecureSkipVerify) {
    clientOptions.metrics?.setTlsVerificationDisabled(endpoint);
  }
  const client = givenClient ?? createClient(config, log, clientOptions);
  const { clock = systemClock } = clientOptions;
  const { ecs, vpc, budget } = client;
  if (budget !== undefined) clientOptions.metrics?.showBudget(budget);
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const background = new LinkedAbort(signal);
  const links = new DisposableStack();
  const directory = ecs && serverDirectory({ ecs, clock, log, signal });
  const servers = new NodeServers({ directory, vpcId: config.network.vpcId, clock });
  return {
    name: inspurProviderName,
    loadBalancer: new InspurLoadBalancer({
      client: client.slb,
      servers,
      defaults: config.loadBalancer.defaults,
      allowedSlbIds: config.loadBalancer.allowedSlbIds,
      signal,
      background: background.signal,
      clock,
      log,
    }),
    ...(directory && vpc && serverParts({ directory, servers, vpc, config, clock, log, signal })),
    hasClusterId: () => true,
    configuration: cloudConfigDescription(config),
    initialize: async (context) => {
      links.defer(onAbort(context.signal, () => background.abort(context.signal.reason)));
    },
    close: async () => {
      links.dispose();
      lifetime.abort(new Error('the provider was closed'));
      await client.close();
    },
  };
}

/** The parts of the provider that need the servers of the account and the VPC API. */
function serverParts(
  parts: Omit<InspurRoutesOptions, 'routeTableId'> & { readonly config: InspurConfig },
): Pick<CloudProvider, 'instances' | 'routes'> {
  const { clock, config, directory, log, vpc } = parts;
  const { region, network } = config;
  return {
    instances: new InspurInstances({
      directory,
      vpc,
      clock,
      log,
      region,
      vpcId: network.vpcId,
    }),
    ...createRoutes(parts),
  };
}

function createClient(
  config: InspurConfig,
  log: Logger,
  {
    clock,
    random,
    metrics,
    correlationId,
    proxyFor,
    onCloudCall,
    mayCall,
  }: Omit<InspurProviderOptions, 'config' | 'client' | 'log'>,
): InspurClient {
  const { timeoutMs, concurrency, callsPerSecond, burst } = config.http;
  const requestLog = log.child({}, { verbosity: LogVerbosity.Requests });
  return new InspurClient({
    region: config.region,
    credentials: createCredentials(config, log),
    endpoints: config.endpoints,
    tls: readTls(config),
    timeoutMs,
    concurrency,
    ...(callsPerSecond === undefined ? {} : { callsPerSecond }),
    ...(burst === undefined ? {} : { burst }),
    ...(clock === undefined ? {} : { clock }),
    ...(random === undefined ? {} : { random }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(proxyFor === undefined ? {} : { proxyFor }),
    onCall: (call) => {
      if (metrics !== undefined) countCall(call, metrics);
      logCall(call, requestLog);
      onCloudCall?.(call);
    },
    ...(mayCall === undefined ? {} : { mayCall }),
    userAgent: 'cloud-provider-inspur',
  });
}

/** One line per request, so that what a reconcile asked can be read beside why. */
function logCall({ phase, operation, attempt, ...call }: CloudCall, log: Logger): void {
  if (phase !== 'attempt') return;
  const { status, apiCode: code, durationMs, throttledMs: waitedMs, retried } = call;
  log.debug('cloud request', { operation, attempt, status, code, durationMs, waitedMs, retried });
}

function createCredentials(config: InspurConfig, log: Logger): Credentials {
  const { credentials, region, endpoints } = config;
  if (credentials.kind === 'keycloak') {
    const { url, clientId, clientSecret, requestedSubject } = credentials;
    const secret = secretSource(clientSecret, log);
    return keycloakCredentials({ url, clientId, clientSecret: secret, requestedSubject });
  }
  if (credentials.kind === 'access-key') {
    return accessKeyCredentials({
      id: credentials.id,
      secret: secretSource(credentials.secret, log),
    });
  }
  return tokenCredentials({
    token: secretSource(credentials.token, log),
    // Whose token it is nobody knows; so that a provider that is made anew shares the budget of the one before it.
    account: `${region} ${endpoints.slb ?? ''}`,
  });
}

function secretSource(location: SecretLocation, log: Logger): SecretSource {
  if (location.kind === 'value') return location.secret;
  const file = new SecretFile(location.path, { log });
  return () => file.current();
}

function readTls({ tls: { caFile, insecureSkipVerify } }: InspurConfig): InspurTls {
  if (caFile === undefined) return { insecureSkipVerify };
  return { insecureSkipVerify, ca: readCaFile(caFile) };
}
