import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { apiPage } from './api/api-page.ts';
import { checkManifest } from './manifest/check-manifest.ts';
import { checkTypes } from './check-types.ts';
import { packPackages } from './pack-packages.ts';
import { publishedPackages } from './manifest/published-package.ts';
import type { PublishedPackage } from './manifest/published-package.ts';

/** What is wrong with the built packages of the workspace at `root` as users would install them, a line for each. */
export async function packagingProblems(root: string): Promise<readonly string[]> {
  const packages = publishedPackages(root);
  const folder = await mkdtemp(join(tmpdir(), 'packaging-'));
  try {
    const tarballs = await packPackages(root, packages, folder);
    const found: string[] = [];
    for (const published of packages) {
      const tarball = await readFile(tarballs.get(published.name) ?? '');
      const problems = [
        ...(await checkManifest(tarball)),
        ...(await checkTypes(tarball)),
        ...checkApiPage(root, published),
      ];
      found.push(...problems.map((problem) => `${published.name}: ${problem}`));
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The reviewed page of a package's public API. */
export function apiPageFile(root: string, { folder }: PublishedPackage): string {
  return join(root, 'api', `${basename(folder)}.api.md`);
}

function checkApiPage(root: string, published: PublishedPackage): readonly string[] {
  const file = apiPageFile(root, published);
  const reviewed = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (reviewed === apiPage(published)) return [];
  return [`The public API is not what ${file} says. Run \`npm run api\`, and review the change.`];
}
