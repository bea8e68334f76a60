import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** What files hold, told by digests, by path: so that no secret is kept for the sake of comparing. */
export type FileDigests = ReadonlyMap<string, string>;

/** What the files hold now; a file that cannot be read counts by why. */
export async function digestFiles(paths: Iterable<string>): Promise<FileDigests> {
  const entries = [...new Set(paths)].map(async (path) => [path, await digestFile(path)] as const);
  return new Map(await Promise.all(entries));
}

/** The files that differ, or are in one of the two only. */
export function changedFiles(before: FileDigests, after: FileDigests): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}

async function digestFile(path: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
