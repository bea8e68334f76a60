import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Folders that hold nothing of ours: installed, built or cached. */
const foreign: ReadonlySet<string> = new Set(['.git', '.nx', 'coverage', 'dist', 'node_modules']);

/** The paths of the repository's own files whose names end in one of `endings`, relative to `root`, in order. */
export function repositoryFiles(root: string, endings: readonly string[]): readonly string[] {
  const filesBelow = (folder: string): readonly string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return foreign.has(entry.name) ? [] : filesBelow(path);
      return endings.some((ending) => entry.name.endsWith(ending)) ? [relative(root, path)] : [];
    });
  return filesBelow(root).toSorted();
}
