import type { CloudProvider, ProviderChange } from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { errorText } from '@k8s-ccm/foundation';
import type { Logger } from '@k8s-ccm/foundation';
import type { MadeProvider } from '../provider/create-provider.ts';
import { configurationChanges } from './configuration-changes.ts';
import { changedFiles, digestFiles } from './file-digests.ts';
import type { FileDigests } from './file-digests.ts';
import { providerParts } from './provider-parts.ts';
import type { ReloadReport } from './reload-report.ts';
import { ReloadableProvider } from './reloadable-provider.ts';
import { WatchedFiles } from './watched-files.ts';
import type { WatchedFilesOptions } from './watched-files.ts';

/** How a provider follows its configuration. */
export interface ProviderReloadOptions extends Pick<WatchedFilesOptions, 'pollMs' | 'watchFolder'> {
  /** Makes the provider from its configuration as it is now. */
  readonly make: () => Promise<MadeProvider>;
  /** `--cloud-config`; absent where none was given. */
  readonly configFile?: string;
  /** Aborts when the manager is asked to stop: what fails from then on says nothing of the configuration. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long a change must have stood still before it counts: a file may be written in several steps. */
const settleMs = 300;

/** A changed configuration makes a provider without something that controllers work with already. */
export class PartsLostError extends Error {
  override readonly name = 'PartsLostError';
  readonly code = 'PARTS_LOST';
  readonly parts: readonly string[];

  constructor(parts: readonly string[]) {
    super(`with it the provider has no ${parts.join(', no ')} any more, which needs a restart`);
    this.parts = parts;
  }
}

/**
 * Makes another provider when the content of its configuration changes, and puts that one in use. A
 * wrong configuration leaves the old one in use, and is tried again now and then, because a file that
 * it names may come later. A renewed file of a secret is left to the provider.
 */
export class ProviderReload implements AsyncDisposable {
  readonly provider: ReloadableProvider;
  readonly #options: ProviderReloadOptions;
  readonly #files: WatchedFiles;
  readonly #lifetime = new AbortController();
  #report: ReloadReport | undefined;
  /** What the provider in use was made from. */
  #applied: FileDigests;
  /** Why the files are not in use; `undefined` where they are. */
  #problem: string | undefined;

  private constructor(
    options: ProviderReloadOptions,
    provider: ReloadableProvider,
    applied: FileDigests,
  ) {
    this.#options = options;
    this.provider = provider;
    this.#applied = applied;
    this.#files = new WatchedFiles({ ...options, settleMs, look: () => this.#look() });
  }

  /** Makes the provider for the first time. @throws what makes it throws */
  static async open(options: ProviderReloadOptions): Promise<ProviderReload> {
    const before = await digestFiles(pathsOf(options, undefined));
    const { provider, ...made } = await options.make();
    made.use();
    const applied = await digestMade(options, provider, before);
    return new ProviderReload(options, new ReloadableProvider(provider, options), applied);
  }

  /** Follows the files from now on, and tells what comes of it. */
  async start(report: ReloadReport): Promise<void> {
    const paths = pathsOf(this.#options, this.provider.current);
    if (paths.length === 0) return;
    this.#report = report;
    report.started();
    await this.#files.watch(paths);
  }

  /** Follows the files no longer; a provider that is being put in use then is in use. Does not close it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#files[Symbol.dispose]();
    this.#lifetime.abort(new Error('the configuration is no longer followed'));
    await this.#files.idle();
  }

  async #look(): Promise<void> {
    try {
      const found = await this.#stillDigests();
      const changed = changedFiles(this.#applied, found);
      const secrets = new Set(this.provider.configuration.secretFiles);
      const renewed = changed.filter((path) => secrets.has(path));
      const before = this.provider.current;
      if (renewed.length < changed.length) await this.#reload(changed, found);
      else if (this.#problem !== undefined) this.#takenBack();
      if (renewed.length > 0 && this.provider.current === before) this.#renew(renewed, found);
      await this.#files.watch(pathsOf(this.#options, this.provider.current));
    } catch (error) {
      if (this.#lifetime.signal.aborted) return;
      this.#options.log.error('the configuration of the cloud could not be looked at', { error });
    }
  }

  /** What the files hold once they have stood still, or as they are where they do not come to rest. */
  async #stillDigests(): Promise<FileDigests> {
    const paths = pathsOf(this.#options, this.provider.current);
    let found = await digestFiles(paths);
    for (let round = 0; round < 10; round += 1) {
      if (changedFiles(this.#applied, found).length === 0) return found;
      await this.#options.clock.sleep(settleMs, { signal: this.#lifetime.signal });
      const again = await digestFiles(paths);
      if (changedFiles(found, again).length === 0) return again;
      found = again;
    }
    return found;
  }

  async #reload(changed: readonly string[], found: FileDigests): Promise<void> {
    const before = this.provider.current;
    let made: MadeProvider | undefined;
    try {
      made = await this.#options.make();
      const next = made.provider;
      const applied = await digestMade(this.#options, next, found);
      refuseLostParts(this.provider, next);
      await this.provider.swap(next, changeBetween(before, next));
      made.use();
      this.#applied = applied;
      this.#problem = undefined;
      this.#report?.accepted({ files: changed, before, after: next });
    } catch (error) {
      if (this.provider.current === before) await this.#closeUnused(made?.provider);
      if (this.#options.signal.aborted) return;
      const problem = errorText(error);
      // It is tried again and again, and told only once.
      if (problem !== this.#problem) this.#report?.rejected(error);
      this.#problem = problem;
    }
  }

  /** The provider reads them by itself. */
  #renew(files: readonly string[], found: FileDigests): void {
    const digests = files.map((path) => [path, found.get(path) ?? ''] as const);
    this.#applied = new Map([...this.#applied, ...digests]);
    this.#report?.renewed(files);
    this.provider.credentialsRenewed();
  }

  async #closeUnused(provider: CloudProvider | undefined): Promise<void> {
    try {
      await provider?.close?.();
    } catch (error) {
      this.#options.log.warn('a provider that did not come into use could not be closed', {
        error,
      });
    }
  }

  #takenBack(): void {
    this.#problem = undefined;
    this.#report?.takenBack();
  }
}

function pathsOf(
  { configFile }: ProviderReloadOptions,
  provider: CloudProvider | undefined,
): readonly string[] {
  const { files = [], secretFiles = [] } = provider?.configuration ?? {};
  return [...(configFile === undefined ? [] : [configFile]), ...files, ...secretFiles];
}

/** A secret in the configuration itself shows in none of its values. */
function changeBetween(before: CloudProvider, next: CloudProvider): ProviderChange {
  if (before.configuration === undefined || next.configuration === undefined)
    return 'configuration';
  const { keys } = configurationChanges(before.configuration, next.configuration);
  return keys.length === 0 ? 'credentials' : 'configuration';
}

/**
 * What a provider was made from. Where a file was looked at before the provider was made, that counts:
 * should it have changed in between, the next look sees a change and not too little is done.
 */
async function digestMade(
  options: ProviderReloadOptions,
  provider: CloudProvider,
  before: FileDigests,
): Promise<FileDigests> {
  const now = await digestFiles(pathsOf(options, provider));
  return new Map([...now].map(([path, digest]) => [path, before.get(path) ?? digest]));
}

/** What controllers may work with is what `inUse` shows them, not what the provider behind it has beyond that. */
function refuseLostParts(inUse: CloudProvider, next: CloudProvider): void {
  const kept = providerParts(next);
  const lost = [...providerParts(inUse)].filter((part) => !kept.has(part));
  if (lost.length > 0) throw new PartsLostError(lost);
}
