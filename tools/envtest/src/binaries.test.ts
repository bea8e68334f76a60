import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cacheFolder, findBinaries } from './binaries.ts';
import type { FindBinariesOptions } from './binaries.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'binaries-test-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

function put(folder: string, ...names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o755);
  }
}

/** A build that makes empty programs and counts how often it was needed. */
function fakeBuild(): {
  readonly build: FindBinariesOptions['build'] & object;
  readonly count: () => number;
} {
  let count = 0;
  return {
    build: async ({ folder }) => {
      count += 1;
      put(folder, 'etcd', 'kube-apiserver');
    },
    count: () => count,
  };
}

const noBuild = async (): Promise<void> => {
  throw new Error('nothing should be built');
};

describe('findBinaries', () => {
  it('takes those of KUBEBUILDER_ASSETS', async () => {
    put(base, 'etcd', 'kube-apiserver');
    const env = { KUBEBUILDER_ASSETS: base };
    expect(await findBinaries({ env, build: noBuild })).toEqual({
      etcd: join(base, 'etcd'),
      kubeApiServer: join(base, 'kube-apiserver'),
    });
  });

  it('says what KUBEBUILDER_ASSETS lacks, rather than building', async () => {
    put(base, 'etcd');
    const attempt = findBinaries({ env: { KUBEBUILDER_ASSETS: base }, build: noBuild });
    await expect(attempt).rejects.toThrow(`KUBEBUILDER_ASSETS=${base} holds no kube-apiserver`);
  });

  it('takes those of the cache folder', async () => {
    const env = { XDG_CACHE_HOME: base };
    put(cacheFolder(env), 'etcd', 'kube-apiserver');
    expect((await findBinaries({ env, build: noBuild })).etcd).toBe(join(cacheFolder(env), 'etcd'));
  });

  it('builds once, however many ask at the same time', async () => {
    const { build, count } = fakeBuild();
    const said: string[] = [];
    const bothWait = Promise.withResolvers<void>();
    const options: FindBinariesOptions = {
      env: { XDG_CACHE_HOME: base },
      build: async (plan) => {
        await bothWait.promise;
        await build(plan);
      },
      onProgress: (line) => {
        said.push(line);
        if (said.length === 2) bothWait.resolve();
      },
    };
    const found = await Promise.all([1, 2, 3].map(() => findBinaries(options)));
    const waiting = 'envtest: another process builds the control plane; waiting for it';
    expect(said).toEqual([waiting, waiting]);
    expect(count()).toBe(1);
    expect(new Set(found.map(({ etcd }) => etcd)).size).toBe(1);
  });

  it('names in one line what to set where there is no Go', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = '/nonexistent';
    try {
      const attempt = findBinaries({ env: { XDG_CACHE_HOME: base }, onProgress: () => undefined });
      await expect(attempt).rejects.toThrow(
        /^no kube-apiserver .* install Go .* KUBEBUILDER_ASSETS .*$/,
      );
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
