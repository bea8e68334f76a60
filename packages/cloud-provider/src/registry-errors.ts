import { brand } from './error-brand.ts';
import { errorText } from '@k8s-ccm/foundation';
import { CloudProviderError } from './errors.ts';

/** Two providers claim one name: a mistake in the program that registers them. */
export class ProviderRegisteredTwiceError extends CloudProviderError {
  static {
    brand(this, 'ProviderRegisteredTwiceError');
  }

  override readonly name = 'ProviderRegisteredTwiceError';
  override readonly code = 'PROVIDER_REGISTERED_TWICE';
  readonly provider: string;

  constructor(provider: string) {
    super(`Cloud provider "${provider}" was registered twice`);
    this.provider = provider;
  }
}

/** No provider has this name. */
export class UnknownProviderError extends CloudProviderError {
  static {
    brand(this, 'UnknownProviderError');
  }

  override readonly name = 'UnknownProviderError';
  override readonly code = 'PROVIDER_UNKNOWN';
  readonly provider: string;
  /** The names that there are, without aliases, in order. */
  readonly known: readonly string[];
  /** The name that was probably meant. */
  readonly suggestion: string | undefined;

  constructor(provider: string, known: readonly string[], suggestion: string | undefined) {
    super(`unknown cloud provider "${provider}"`);
    this.provider = provider;
    this.known = known;
    this.suggestion = suggestion;
  }
}

/** A provider could not be made; its own error is the `cause`. */
export class ProviderInitError extends CloudProviderError {
  static {
    brand(this, 'ProviderInitError');
  }

  override readonly name = 'ProviderInitError';
  override readonly code = 'PROVIDER_INIT_FAILED';
  readonly provider: string;

  constructor(provider: string, cause: unknown) {
    super(`could not init cloud provider "${provider}": ${errorText(cause)}`, { cause });
    this.provider = provider;
  }
}

/** The configuration file that was named cannot be opened; the system's error is the `cause`. */
export class ProviderConfigFileError extends CloudProviderError {
  static {
    brand(this, 'ProviderConfigFileError');
  }

  override readonly name = 'ProviderConfigFileError';
  override readonly code = 'PROVIDER_CONFIG_UNREADABLE';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`Couldn't open cloud provider configuration ${path}: ${errorText(cause)}`, { cause });
    this.path = path;
  }
}

/** A provider was named that upstream once had built in. Only in-tree components say this (contract.md#registry). */
export class ProviderDisabledError extends CloudProviderError {
  static {
    brand(this, 'ProviderDisabledError');
  }

  override readonly name = 'ProviderDisabledError';
  override readonly code = 'PROVIDER_DISABLED';
  readonly provider: string;

  constructor(provider: string) {
    super(
      `cloud provider "${provider}" was specified, but built-in cloud providers are disabled. Please set --cloud-provider=external and migrate to an external cloud provider`,
    );
    this.provider = provider;
  }
}
