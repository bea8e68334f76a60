import { watch } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Timer } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';

/**
 * Calls back when something in a directory may have changed.
 * @throws Error if the directory cannot be watched
 */
export type WatchFolder = (
  folder: string,
  onChange: () => void,
  onError: (error: unknown) => void,
) => Disposable;

/** Options of {@link WatchedFiles}. */
export interface WatchedFilesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Checks the files. It is not called again before it has ended, and must not reject. */
  readonly look: () => Promise<void>;
  /**
   * Delay between a change in a directory and the check in milliseconds, because changes come in bursts.
   * Default: 300.
   */
  readonly settleMs?: number;
  /**
   * Interval between checks without a change in milliseconds, because some file systems cannot be watched.
   * Default: 30 000.
   */
  readonly pollMs?: number;
  /** Watches a directory. Default: `fs.watch`. */
  readonly watchFolder?: WatchFolder;
}

/**
 * Triggers checks of files: soon after their directories have changed, and periodically. Directories are watched
 * instead of files, because mounted Secrets are replaced by changing a link to a directory.
 */
export class WatchedFiles implements Disposable {
  readonly #options: WatchedFilesOptions;
  readonly #folders = new Map<string, Disposable | undefined>();
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #changed = false;
  #closed = false;

  constructor(options: WatchedFilesOptions) {
    this.#options = options;
  }

  /** Replaces the files to watch. */
  async watch(paths: readonly string[]): Promise<void> {
    const wanted = await foldersOf(paths);
    if (this.#closed) return;
    for (const [folder, watching] of this.#folders) {
      if (wanted.has(folder)) continue;
      watching?.[Symbol.dispose]();
      this.#folders.delete(folder);
    }
    for (const folder of wanted) {
      if (!this.#folders.has(folder)) this.#folders.set(folder, this.#watchFolder(folder));
    }
    if (this.#timer === undefined) this.#lookAfter(this.#pollMs);
  }

  /** Waits until a check in progress has ended. */
  async idle(): Promise<void> {
    await this.#looking;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const watching of this.#folders.values()) watching?.[Symbol.dispose]();
    this.#folders.clear();
  }

  get #pollMs(): number {
    return this.#options.pollMs ?? 30_000;
  }

  #watchFolder(folder: string): Disposable | undefined {
    const { log, watchFolder = watchOnDisk } = this.#options;
    const failed = (error: unknown): void => {
      log.warn('cannot watch a directory, checking its files periodically', {
        folder,
        error,
      });
    };
    try {
      return watchFolder(folder, () => this.#onChange(), failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  /** Further changes do not postpone the check, or else a busy directory would never be checked. */
  #onChange(): void {
    if (this.#closed || this.#changed) return;
    this.#changed = true;
    if (this.#looking === undefined) this.#lookAfter(this.#options.settleMs ?? 300);
  }

  #lookAfter(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.timer(ms, () => {
      this.#looking = this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#changed = false;
    await this.#options.look();
    this.#looking = undefined;
    if (!this.#closed)
      this.#lookAfter(this.#changed ? (this.#options.settleMs ?? 300) : this.#pollMs);
  }
}

/** Returns the directories of the paths and of the files that they link to. */
async function foldersOf(paths: readonly string[]): Promise<ReadonlySet<string>> {
  const found = paths.map(async (path) => {
    const target = await realpath(path).catch(() => path);
    return [dirname(path), dirname(target)];
  });
  return new Set((await Promise.all(found)).flat());
}

const watchOnDisk: WatchFolder = (folder, onChange, onError) => {
  const watcher = watch(folder, { persistent: false }, onChange).on('error', onError);
  return { [Symbol.dispose]: () => watcher.close() };
};
