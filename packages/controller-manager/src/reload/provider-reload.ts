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

/** Options of {@link ProviderReload}. */
export interface ProviderReloadOptions extends Pick<WatchedFilesOptions, 'pollMs' | 'watchFolder'> {
  /** Creates the provider from its current configuration. */
  readonly make: () => Promise<MadeProvider>;
  /** The value of `--cloud-config`. Absent if it is not set. */
  readonly configFile?: string;
  /** Aborts when the manager stops. Later failures say nothing about the configuration. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long files must be unchanged before they are used, because a file can be written in several steps. */
const settleMs = 300;

/** The changed configuration creates a provider that lacks parts that controllers already use. */
export class PartsLostError extends Error {
  override readonly name = 'PartsLostError';
  readonly code = 'PARTS_LOST';
  readonly parts: readonly string[];

  constructor(parts: readonly string[]) {
    super(
      `the provider would no longer have ${parts.join(', ')}; restart the program to use this configuration`,
    );
    this.parts = parts;
  }
}

/**
 * Recreates the provider when the content of its configuration changes, and puts the new one in use. An invalid
 * configuration leaves the previous provider in use and is retried periodically, because a file that it refers
 * to can appear later. Renewed secret files are left to the
 * provider.
 */
export class ProviderReload implements AsyncDisposable {
  readonly provider: ReloadableProvider;
  readonly #options: ProviderReloadOptions;
  readonly #files: WatchedFiles;
  readonly #lifetime = new AbortController();
  #report: ReloadReport | undefined;
  /** The digests of the files that the provider in use was created from. */
  #applied: FileDigests;
  /** Why the current files are not in use, or `undefined` if they are. */
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

  /**
   * Creates the first provider.
   * @throws the error of `make`
   */
  static async open(options: ProviderReloadOptions): Promise<ProviderReload> {
    const before = await digestFiles(pathsOf(options, undefined));
    const { provider, ...made } = await options.make();
    made.use();
    const applied = await digestMade(options, provider, before);
    return new ProviderReload(options, new ReloadableProvider(provider, options), applied);
  }

  /** Starts to follow the files, and reports changes. */
  async start(report: ReloadReport): Promise<void> {
    const paths = pathsOf(this.#options, this.provider.current);
    if (paths.length === 0) return;
    this.#report = report;
    report.started();
    await this.#files.watch(paths);
  }

  /** Stops following the files, after a provider that is being put in use. Does not close the provider. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#files[Symbol.dispose]();
    this.#lifetime.abort(new Error('the configuration is no longer watched'));
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
      this.#options.log.error('failed to check the cloud configuration for changes', { error });
    }
  }

  /** Returns the digests when the files are stable, or the last ones if they keep changing. */
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
      // The configuration is retried, but the problem is reported only once.
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
      this.#options.log.warn('failed to close a provider that was not put in use', {
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
 * The digests that a provider was created from. Digests from before the creation take precedence: if a file
 * changed in between, the next check finds a change.
 */
async function digestMade(
  options: ProviderReloadOptions,
  provider: CloudProvider,
  before: FileDigests,
): Promise<FileDigests> {
  const now = await digestFiles(pathsOf(options, provider));
  return new Map([...now].map(([path, digest]) => [path, before.get(path) ?? digest]));
}

/** Controllers can only use the parts that `inUse` exposes, even if the provider behind it has more. */
function refuseLostParts(inUse: CloudProvider, next: CloudProvider): void {
  const kept = providerParts(next);
  const lost = [...providerParts(inUse)].filter((part) => !kept.has(part));
  if (lost.length > 0) throw new PartsLostError(lost);
}
