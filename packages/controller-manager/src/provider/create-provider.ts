import type { CloudProvider, ProxyFor } from '@k8s-ccm/cloud-provider';
import { reconcileId } from '@k8s-ccm/controller-runtime';
import type { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';
import type { LeadershipGate } from '../election/leadership-gate.ts';
import type { ManagerFlags } from '../flags/manager-flags.ts';
import type { ManagerOptions } from '../manager-options.ts';
import { ExitCode, StartError } from '../start-error.ts';
import type { CloudCallLog } from './cloud-call-log.ts';
import { ProviderMetricsBook } from './provider-metrics.ts';

/** Dependencies of {@link providerMaker}. */
export interface ProviderMakerParts {
  readonly metrics: MetricsRegistry;
  readonly calls: CloudCallLog;
  readonly gate: Pick<LeadershipGate, 'mayAct'>;
  readonly proxyFor: ProxyFor;
}

/** A provider with the current configuration. */
export interface MadeProvider {
  readonly provider: CloudProvider;
  /** Marks the provider as the one in use, so that metrics show its state. */
  use(): void;
}

/** Returns the canonical name of the provider, even if `--cloud-provider` is an alias. */
export function providerName({ providers, flags }: ManagerOptions): string {
  const name = flags['cloud-provider'];
  return providers.canonicalName(name) ?? name;
}

/**
 * Returns a function that creates the provider from its current configuration. The function throws StartError or
 * the error of the provider.
 */
export function providerMaker(
  options: ManagerOptions,
  { metrics, calls, gate, proxyFor }: ProviderMakerParts,
): () => Promise<MadeProvider> {
  const { providers, flags, log, signal } = options;
  const configFile = flags['cloud-config'];
  const name = flags['cloud-provider'];
  const book = new ProviderMetricsBook({
    registry: metrics,
    provider: providerName(options),
    calls,
  });
  return async () => {
    const draft = book.draft();
    const provider = await providers.create(name, {
      ...(configFile === '' ? {} : { configFile }),
      log,
      metrics: draft.metrics,
      correlationId: reconcileId,
      mayAct: gate.mayAct,
      proxyFor,
      signal,
    });
    if (provider === undefined)
      throw new StartError(`--cloud-provider="${name}" is not a provider`, ExitCode.Failed);
    try {
      checkClusterId(provider, flags, log);
    } catch (error) {
      await provider.close?.();
      throw error;
    }
    return { provider, use: () => draft.use() };
  };
}

/** @throws StartError if the provider has no cluster ID and the flags do not allow this (contract.md#cluster-id) */
function checkClusterId(provider: CloudProvider, flags: ManagerFlags, log: Logger): void {
  if (provider.hasClusterId?.() ?? true) return;
  if (!flags['allow-untagged-cloud']) {
    throw new StartError(
      'no ClusterID found. A ClusterID is required for the cloud provider to function properly. This check can be bypassed by setting the allow-untagged-cloud option',
      ExitCode.Fatal,
    );
  }
  log.warn('detected a cluster without a ClusterID. A ClusterID will be required in the future', {
    provider: provider.name,
  });
}
