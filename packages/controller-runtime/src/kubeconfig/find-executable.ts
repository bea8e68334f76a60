import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The path of a program, or the reason why it cannot be run. */
export type FoundExecutable =
  { readonly path: string } | { readonly path: undefined; readonly problem: string };

/**
 * Looks up a program as Go's `exec.LookPath` does: a path is used unchanged, a name is looked up in the absolute
 * folders of `PATH`.
 */
export async function findExecutable(
  program: string,
  path: string | undefined,
): Promise<FoundExecutable> {
  if (program.includes('/')) {
    const problem = await problemOf(program);
    return problem === undefined ? { path: program } : { path: undefined, problem };
  }
  for (const folder of (path ?? '').split(delimiter).filter((each) => isAbsolute(each))) {
    const candidate = join(folder, program);
    if ((await problemOf(candidate)) === undefined) return { path: candidate };
  }
  return { path: undefined, problem: 'was not found in PATH' };
}

async function problemOf(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isFile()) return 'is not a file';
  } catch {
    return 'was not found';
  }
  try {
    await access(file, constants.X_OK);
    return undefined;
  } catch {
    return 'is not executable';
  }
}
