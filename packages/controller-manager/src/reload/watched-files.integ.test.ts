import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger } from '@k8s-ccm/foundation';
import { changedFiles, digestFiles } from './file-digests.ts';
import { WatchedFiles } from './watched-files.ts';
import type { WatchedFilesOptions } from './watched-files.ts';

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'watched-files-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Puts a file in place as the kubelet does: a new folder, then one link is swapped. */
async function mount(folder: string, version: string, text: string): Promise<void> {
  await mkdir(join(folder, version));
  await writeFile(join(folder, version, 'config'), text);
  await symlink(version, join(folder, '..data.new'));
  await rename(join(folder, '..data.new'), join(folder, '..data'));
}

async function until(what: () => boolean): Promise<void> {
  for (let round = 0; !what(); round += 1) {
    if (round > 500) throw new Error('waited 5 s in vain');
    await systemClock.sleep(10);
  }
}

/** Counts the looks. */
function watching(options: Partial<WatchedFilesOptions> = {}) {
  let looks = 0;
  const files = new WatchedFiles({
    clock: systemClock,
    log: silentLogger,
    settleMs: 20,
    look: async () => void (looks += 1),
    ...options,
  });
  return { files, looks: () => looks };
}

const blind: WatchedFilesOptions['watchFolder'] = () => {
  throw new Error('no watches left');
};

describe('WatchedFiles', () => {
  it('says to look after a mounted file has been swapped, and after a burst of changes once', async () => {
    await withFolder(async (folder) => {
      await mount(folder, 'v1', 'one');
      await symlink(join('..data', 'config'), join(folder, 'config'));
      const { files, looks } = watching({ settleMs: 300 });
      using _ = files;
      await files.watch([join(folder, 'config')]);
      await mount(folder, 'v2', 'two');
      await until(() => looks() > 0);
      expect(looks()).toBe(1);
      await mount(folder, 'v3', 'three');
      await until(() => looks() > 1);
      expect(looks()).toBe(2);
    });
  });

  it('sees a file that a link elsewhere leads to', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'elsewhere'));
      await mkdir(join(folder, 'here'));
      const target = join(folder, 'elsewhere', 'config');
      await writeFile(target, 'one');
      await symlink(target, join(folder, 'here', 'config'));
      const { files, looks } = watching();
      using _ = files;
      await files.watch([join(folder, 'here', 'config')]);
      await writeFile(target, 'two');
      await until(() => looks() > 0);
      expect(looks()).toBe(1);
    });
  });

  it('looks now and then where folders cannot be watched, and says so once for each', async () => {
    await withFolder(async (folder) => {
      const clock = new FakeClock();
      const warnings: string[] = [];
      const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
      const { files, looks } = watching({ clock, log, pollMs: 30_000, watchFolder: blind });
      using _ = files;
      await files.watch([join(folder, 'a'), join(folder, 'b')]);
      await files.watch([join(folder, 'a')]);
      expect(warnings).toEqual([expect.stringContaining('cannot watch a directory')]);
      await clock.advance(29_999);
      expect(looks()).toBe(0);
      await clock.advance(60_001);
      expect(looks()).toBe(3);
    });
  });

  it('never looks twice at once, and again after a change during a look', async () => {
    await withFolder(async (folder) => {
      const clock = new FakeClock();
      const changes: (() => void)[] = [];
      const change = (): void => changes[0]?.();
      const gates: PromiseWithResolvers<void>[] = [];
      const { files } = watching({
        clock,
        settleMs: 100,
        look: async () => {
          const gate = Promise.withResolvers<void>();
          gates.push(gate);
          await gate.promise;
        },
        watchFolder: (_path, onChange) => {
          changes.push(onChange);
          return { [Symbol.dispose]: () => undefined };
        },
      });
      using _ = files;
      await files.watch([join(folder, 'a')]);
      change();
      await clock.advance(99);
      change();
      await clock.advance(1);
      expect(gates).toHaveLength(1);
      change();
      await clock.advance(100_000);
      expect(gates).toHaveLength(1);
      gates[0]?.resolve();
      await clock.advance(100);
      expect(gates).toHaveLength(2);
    });
  });

  it('watches other files when it is told to, and nothing after its end', async () => {
    await withFolder(async (folder) => {
      const clock = new FakeClock();
      const watched = new Set<string>();
      const { files, looks } = watching({
        clock,
        watchFolder: (path) => {
          watched.add(path);
          return { [Symbol.dispose]: () => watched.delete(path) };
        },
      });
      await files.watch([join(folder, 'one', 'a'), join(folder, 'two', 'b')]);
      expect([...watched]).toEqual([join(folder, 'one'), join(folder, 'two')]);
      await files.watch([join(folder, 'two', 'c'), join(folder, 'three', 'd')]);
      expect([...watched]).toEqual([join(folder, 'two'), join(folder, 'three')]);
      files[Symbol.dispose]();
      expect([...watched]).toEqual([]);
      await clock.advance(100_000);
      expect([looks(), clock.timers]).toEqual([0, []]);
    });
  });
});

describe('digestFiles', () => {
  it('tells other content, and nothing else, from before', async () => {
    await withFolder(async (folder) => {
      const [a, b] = [join(folder, 'a'), join(folder, 'b')];
      await writeFile(a, 'secret');
      const before = await digestFiles([a, b, a]);
      expect(JSON.stringify([...before])).not.toContain('secret');
      await rm(a);
      await writeFile(a, 'secret');
      expect(changedFiles(before, await digestFiles([a, b]))).toEqual([]);
      await writeFile(b, '');
      expect(changedFiles(before, await digestFiles([a, b]))).toEqual([b]);
      expect(changedFiles(before, await digestFiles([a]))).toEqual([b]);
      await writeFile(a, 'other');
      expect(changedFiles(before, await digestFiles([a, b]))).toEqual([a, b]);
    });
  });
});
