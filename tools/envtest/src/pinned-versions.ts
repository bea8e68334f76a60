import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder with the Go module that pins what is built. */
export const goModuleFolder = join(import.meta.dirname, '..');

/** The versions that a module pins, as `v1.2.3`. */
export interface PinnedVersions {
  readonly kubernetes: string;
  readonly etcd: string;
}

/** Reads the versions from the text of a `go.mod`. @throws Error where one is missing */
export function pinnedVersions(goMod: string): PinnedVersions {
  return {
    kubernetes: required(goMod, 'k8s.io/kubernetes'),
    etcd: required(goMod, 'go.etcd.io/etcd/server/v3'),
  };
}

/** The versions that this package builds. */
export function ourPinnedVersions(): PinnedVersions {
  return pinnedVersions(readFileSync(join(goModuleFolder, 'go.mod'), 'utf8'));
}

function required(goMod: string, module: string): string {
  for (const line of goMod.split('\n')) {
    const [name, version] = line.trim().split(/\s+/);
    if (name === module && version !== undefined) return version;
  }
  throw new Error(`go.mod does not require ${module}`);
}
