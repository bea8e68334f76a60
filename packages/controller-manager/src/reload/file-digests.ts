import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Digests of file contents by path. Contents are not kept, because they can be secrets. */
export type FileDigests = ReadonlyMap<string, string>;

/** Reads the digests of files. For a file that cannot be read, the digest is that of the error. */
export async function digestFiles(paths: Iterable<string>): Promise<FileDigests> {
  const entries = [...new Set(paths)].map(async (path) => [path, await digestFile(path)] as const);
  return new Map(await Promise.all(entries));
}

/** Returns the files that differ or that are only in one of the two. */
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
