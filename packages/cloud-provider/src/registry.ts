import { access, constants } from 'node:fs/promises';
import type { CloudProvider } from './cloud-provider.ts';
import type { Logger } from '@k8s-ccm/foundation';
import { nearestName } from '@k8s-ccm/foundation';
import type { ProviderMetrics } from './provider-metrics.ts';
import type { ProxyFor } from './proxy-environment.ts';
import {
  ProviderConfigFileError,
  ProviderDisabledError,
  ProviderInitError,
  ProviderRegisteredTwiceError,
  UnknownProviderError,
} from './registry-errors.ts';
import { ExternalProviderName } from './well-known.ts';

/** What a provider's factory gets to make the provider. */
export interface ProviderFactoryContext {
  /** Path of `--cloud-config`; absent where none was given. */
  readonly configFile?: string;
  readonly log: Logger;
  /** Takes what is counted of the provider. Default: nothing is counted. */
  readonly metrics?: ProviderMetrics;
  /** The id of the reconcile within which it is asked, for the requests to the cloud to carry. Default: there is none. */
  readonly correlationId?: () => string | undefined;
  /**
   * To be asked right before each call to the cloud; throws where this process does not lead, and then nothing may be sent.
   * Default: every call may go.
   */
  readonly mayAct?: () => void;
  /** By which proxy to reach the cloud. Default: by none. */
  readonly proxyFor?: ProxyFor;
  /** Aborts when the start is given up. */
  readonly signal: AbortSignal;
}

/** Makes a provider; reads its configuration and may refuse it by throwing. Calls no cloud yet. */
export type ProviderFactory = (context: ProviderFactoryContext) => Promise<CloudProvider>;

/** How a provider is registered. */
export interface ProviderRegistration {
  /** Older names that still mean this provider. Default none. */
  readonly aliases?: readonly string[];
}

/** The providers that a program was built with, by the names of `--cloud-provider` (contract.md#registry). */
export class CloudProviderRegistry {
  readonly #factories = new Map<string, ProviderFactory>();
  /** Every name that is understood, and the name that it means. */
  readonly #canonicalNames = new Map<string, string>();

  /** The names of the providers without aliases, in alphabetical order. */
  get names(): readonly string[] {
    return [...this.#factories.keys()].toSorted();
  }

  /**
   * Adds a provider; all or nothing.
   *
   * @throws ProviderRegisteredTwiceError where its name or an alias is taken.
   */
  register(name: string, factory: ProviderFactory, options: ProviderRegistration = {}): void {
    const understood = [name, ...(options.aliases ?? [])];
    for (const [index, each] of understood.entries()) {
      if (this.#canonicalNames.has(each) || understood.indexOf(each) < index) {
        throw new ProviderRegisteredTwiceError(each);
      }
    }
    this.#factories.set(name, factory);
    for (const each of understood) this.#canonicalNames.set(each, name);
  }

  /** Whether the name or alias means a provider. */
  isRegistered(name: string): boolean {
    return this.#canonicalNames.has(name);
  }

  /** The provider's own name for a name or alias; `undefined` where it means none. */
  canonicalName(name: string): string | undefined {
    return this.#canonicalNames.get(name);
  }

  /** The name or alias that was probably meant by an unknown one. */
  suggest(name: string): string | undefined {
    return this.isRegistered(name) ? undefined : nearestName(name, this.#canonicalNames.keys());
  }

  /**
   * Makes the provider of that name (upstream's `InitCloudProvider`); `undefined` for `''` and
   * `external`, which mean none.
   *
   * @throws UnknownProviderError, ProviderConfigFileError where the file cannot be opened,
   *   ProviderInitError around the factory's error.
   */
  async create(name: string, context: ProviderFactoryContext): Promise<CloudProvider | undefined> {
    if (name === '' || isExternal(name)) return undefined;
    const factory = this.#factories.get(this.canonicalName(name) ?? '');
    if (factory === undefined) throw new UnknownProviderError(name, this.names, this.suggest(name));
    if (context.configFile !== undefined) await checkReadable(context.configFile);
    try {
      return await factory(context);
    } catch (error) {
      context.signal.throwIfAborted();
      throw new ProviderInitError(name, error);
    }
  }
}

/** Whether the name is the one by which kubelet leaves the cloud to a cloud controller manager. */
export function isExternal(name: string): boolean {
  return name === ExternalProviderName;
}

/** What an in-tree component says where a provider is named that is not built in any more (contract.md#registry). */
export function errorForDisabledProvider(name: string): ProviderDisabledError {
  return new ProviderDisabledError(name);
}

/** Warns as an in-tree component does where a provider is named that is not built in any more (contract.md#registry). */
export function disableWarningForProvider(name: string, log: Logger): void {
  log.warn(
    'built-in cloud providers are disabled. Please set "--cloud-provider=external" and migrate to an external cloud controller manager for provider',
    { provider: name },
  );
}

async function checkReadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw new ProviderConfigFileError(path, error);
  }
}
