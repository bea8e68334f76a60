import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package that users install. */
export interface PublishedPackage {
  readonly name: string;
  /** Its absolute path. */
  readonly folder: string;
  readonly entries: readonly PackageEntry[];
}

/** A subpath that a package exports, with its declaration file. */
export interface PackageEntry {
  /** `.` or `./testing`. */
  readonly subpath: string;
  /** The declaration file, relative to the package. */
  readonly types: string;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>;
}

/** The packages below `packages/` that are not private, in order of their folders. */
export function publishedPackages(root: string): readonly PublishedPackage[] {
  return globSync('packages/*/package.json', { cwd: root })
    .toSorted()
    .map((path) => ({
      folder: join(root, dirname(path)),
      manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
    }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({
      name: manifest.name,
      folder,
      entries: Object.entries(manifest.exports).flatMap(([subpath, target]) =>
        typeof target === 'string' || target.types === undefined
          ? []
          : [{ subpath, types: target.types }],
      ),
    }));
}
