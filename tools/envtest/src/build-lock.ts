import { open, stat, unlink, utimes } from 'node:fs/promises';
import { clock } from './clock.ts';
import { errorCode } from './error-facts.ts';

/** How a lock is kept and given up. */
export interface BuildLockOptions {
  /** A holder that has not been seen for so long is dead. Default 15 000. */
  readonly staleMs?: number;
}

/**
 * Takes a lock file, or gives `undefined` where somebody alive holds it. The holder keeps the file's
 * time fresh; a file that grew old was left by a process that died, and is taken over.
 * It saves work, and no more: two that both believe to hold it do the same work twice, each in its
 * own folder, and the rename at the end lets one of them win.
 */
export async function tryBuildLock(
  file: string,
  { staleMs = 15_000 }: BuildLockOptions = {},
): Promise<AsyncDisposable | undefined> {
  if (await isStale(file, staleMs)) await ignoring('ENOENT', unlink(file));
  try {
    await (await open(file, 'wx')).close();
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
  const heartbeat = clock.every(staleMs / 5, () => {
    const seconds = clock.now() / 1000;
    void ignoring('ENOENT', utimes(file, seconds, seconds));
  });
  return {
    async [Symbol.asyncDispose]() {
      heartbeat[Symbol.dispose]();
      await ignoring('ENOENT', unlink(file));
    },
  };
}

async function isStale(file: string, staleMs: number): Promise<boolean> {
  const found = await ignoring('ENOENT', stat(file));
  return found !== undefined && clock.now() - found.mtimeMs > staleMs;
}

/** The file may be gone: its next holder, or a cleaner of caches, was faster. */
async function ignoring<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (errorCode(error) === code) return undefined;
    throw error;
  }
}
