import type { CloudProviderRegistry, Logger } from '@k8s-ccm/cloud-provider';
import { ConfigError } from '@k8s-ccm/provider-kit';

import { secretLocation } from './cloud-config.ts';
import type { InspurConfig } from './cloud-config.ts';
import { createInspurProvider, inspurProviderName } from './inspur-provider.ts';
import type { InspurProviderOptions } from './inspur-provider.ts';
import { loadCloudConfig } from './load-cloud-config.ts';
import { SecretFile } from './secret-file.ts';

/** What every provider that is made by name gets, beside its configuration. */
export type RegisterInspurProviderOptions = Pick<
  InspurProviderOptions,
  'clock' | 'random' | 'onCloudCall'
>;

/**
 * Makes the provider known as `inspur`, and as `incloud`, its name in the Go program. Making it
 * throws ConfigError where `--cloud-config` is missing or wrong, and SecretFileError where the file of
 * the secret that it names is.
 *
 * @throws ProviderRegisteredTwiceError where a name is taken
 */
export function registerInspurProvider(
  registry: CloudProviderRegistry,
  options: RegisterInspurProviderOptions = {},
): void {
  registry.register(
    inspurProviderName,
    async ({ configFile, log, metrics, correlationId, mayAct, proxyFor, signal }) => {
      if (configFile === undefined || configFile === '') {
        throw new ConfigError('--cloud-config', [
          { path: '', found: 'nothing', allowed: 'the path of a file that says which account' },
        ]);
      }
      const config = await loadCloudConfig(configFile, { signal });
      await checkSecretFile(config, log);
      return createInspurProvider({
        ...options,
        log,
        ...(metrics === undefined ? {} : { metrics }),
        ...(mayAct === undefined ? {} : { mayCall: mayAct }),
        ...(correlationId === undefined ? {} : { correlationId }),
        ...(proxyFor === undefined ? {} : { proxyFor }),
        config,
      });
    },
    { aliases: ['incloud'] },
  );
}

/** Reads the secret's file once, so that a wrong path is told at once and not by the first call. */
async function checkSecretFile({ credentials }: InspurConfig, log: Logger): Promise<void> {
  const location = secretLocation(credentials);
  if (location.kind === 'file') await new SecretFile(location.path, { log }).current();
}
