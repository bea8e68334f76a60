import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildBinaries } from './build-binaries.ts';
import { tryBuildLock } from './build-lock.ts';
import { clock } from './clock.ts';
import { ourPinnedVersions } from './pinned-versions.ts';

/** The programs of a control plane. */
export interface Binaries {
  readonly etcd: string;
  readonly kubeApiServer: string;
}

/** Where binaries are looked for, and who hears of a build. */
export interface FindBinariesOptions {
  /** Default: this process's environment. Read: KUBEBUILDER_ASSETS, XDG_CACHE_HOME. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes each line about a build. Default: standard error. */
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Builds into a folder; for tests. */
  readonly build?: typeof buildBinaries;
}

const names = ['etcd', 'kube-apiserver'] as const;
const waitMs = 500;

/**
 * The binaries of the control plane: those in `$KUBEBUILDER_ASSETS`; where that is not set, those of
 * the pinned versions in the cache folder, built there the first time (about 4 minutes).
 * @throws Error with one line that says what to do
 */
export async function findBinaries(options: FindBinariesOptions = {}): Promise<Binaries> {
  const { env = process.env, onProgress = toStandardError } = options;
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') {
    const missing = await firstMissing(assets);
    if (missing !== undefined)
      throw new Error(`KUBEBUILDER_ASSETS=${assets} holds no ${missing} that can be run`);
    return binariesIn(assets);
  }
  const folder = cacheFolder(env);
  if ((await firstMissing(folder)) !== undefined)
    await buildOnce(folder, { ...options, onProgress });
  return binariesIn(folder);
}

/** The cache folder of the pinned versions on this platform. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const cache = env['XDG_CACHE_HOME'] ?? '';
  const { kubernetes } = ourPinnedVersions();
  return join(
    cache === '' ? join(homedir(), '.cache') : cache,
    'k8s-ccm/envtest',
    `${kubernetes}-${process.platform}-${process.arch}`,
  );
}

async function buildOnce(
  folder: string,
  { onProgress = toStandardError, signal, build = buildBinaries }: FindBinariesOptions,
): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  let told = false;
  for (;;) {
    await using lock = await tryBuildLock(`${folder}.lock`);
    // Whoever held the lock may have finished meanwhile.
    if ((await firstMissing(folder)) === undefined) return;
    if (lock !== undefined) {
      await build({ folder, onProgress, ...(signal === undefined ? {} : { signal }) });
      return;
    }
    if (!told) onProgress('envtest: another process builds the control plane; waiting for it');
    told = true;
    await clock.sleep(waitMs, signal);
  }
}

function binariesIn(folder: string): Binaries {
  return { etcd: join(folder, 'etcd'), kubeApiServer: join(folder, 'kube-apiserver') };
}

async function firstMissing(folder: string): Promise<string | undefined> {
  for (const name of names) {
    try {
      await access(join(folder, name), constants.X_OK);
    } catch {
      return name;
    }
  }
  return undefined;
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
