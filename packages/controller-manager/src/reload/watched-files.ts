import { watch } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Timer } from '@k8s-ccm/controller-runtime';
import type { Logger } from '@k8s-ccm/foundation';

/** Calls back when something in a folder may have changed. @throws Error where the folder cannot be watched */
export type WatchFolder = (
  folder: string,
  onChange: () => void,
  onError: (error: unknown) => void,
) => Disposable;

/** How files are watched. */
export interface WatchedFilesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when it is time to look at the files; not again before it has ended. Must not reject. */
  readonly look: () => Promise<void>;
  /** Milliseconds after a change in a folder until it is looked at: changes come in bursts. Default 300. */
  readonly settleMs?: number;
  /** Milliseconds between two looks without any sign of a change: folders cannot be watched everywhere. Default 30 000. */
  readonly pollMs?: number;
  /** Default: the operating system's. */
  readonly watchFolder?: WatchFolder;
}

/**
 * Says when to look at files again: soon after their folders have changed, and now and then. A
 * folder and not a file is watched, because mounted Secrets are swapped by a link to another folder.
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

  /** Watches these files from now on, in place of those before. */
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

  /** Waits until a look that is under way has ended. */
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
      log.warn('a folder cannot be watched, its files are looked at now and then', {
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

  /** Not put off by further changes: a busy folder would never be looked at. */
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

/** Where the paths are and, behind links, where the files are. */
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
