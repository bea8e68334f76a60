import type { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { ConfigError } from '@k8s-ccm/provider-kit';

import { createInspurProvider, inspurProviderName } from './inspur-provider.ts';
import type { InspurProviderOptions } from './inspur-provider.ts';
import { loadCloudConfig } from './load-cloud-config.ts';

/** What every provider that is made by name gets, beside its configuration. */
export type RegisterInspurProviderOptions = Pick<
  InspurProviderOptions,
  'clock' | 'random' | 'onCloudCall'
>;

/**
 * Makes the provider known as `inspur`, and as `incloud`, its name in the Go program. Making it
 * throws ConfigError where `--cloud-config` is missing or wrong.
 *
 * @throws ProviderRegisteredTwiceError where a name is taken
 */
export function registerInspurProvider(
  registry: CloudProviderRegistry,
  options: RegisterInspurProviderOptions = {},
): void {
  registry.register(
    inspurProviderName,
    async ({ configFile, log, metrics, mayAct, signal }) => {
      if (configFile === undefined || configFile === '') {
        throw new ConfigError('--cloud-config', [
          { path: '', found: 'nothing', allowed: 'the path of a file that says which account' },
        ]);
      }
      return createInspurProvider({
        ...options,
        log,
        ...(metrics === undefined ? {} : { metrics }),
        ...(mayAct === undefined ? {} : { mayCall: mayAct }),
        config: await loadCloudConfig(configFile, { signal }),
      });
    },
    { aliases: ['incloud'] },
  );
}
