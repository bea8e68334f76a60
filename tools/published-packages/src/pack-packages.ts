import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PublishedPackage } from './manifest/published-package.ts';

const execute = promisify(execFile);

interface Packed {
  readonly name: string;
  readonly filename: string;
}

/** Packs built packages of the workspace at `root` into `folder`, as npm would publish them. Returns the tarballs by package. */
export async function packPackages(
  root: string,
  packages: readonly PublishedPackage[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const workspaces = packages.flatMap(({ name }) => ['--workspace', name]);
  const { stdout } = await execute(
    'npm',
    ['pack', '--json', '--pack-destination', folder, ...workspaces],
    { cwd: root, maxBuffer: 1 << 26 },
  );
  const packed = JSON.parse(stdout) as readonly Packed[] | Readonly<Record<string, Packed>>;
  return new Map(Object.values(packed).map(({ name, filename }) => [name, join(folder, filename)]));
}
