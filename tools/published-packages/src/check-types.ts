import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import type { Problem } from '@arethetypeswrong/core';

/** Ways to load a package that we do not offer: `require` is for Node.js 24, which loads ES modules, and needs no types of its own. */
const unsupported: ReadonlySet<string> = new Set(['node10', 'node16-cjs']);

/** What arethetypeswrong finds when an ES module or a bundler imports a package, a sentence for each. */
export async function checkTypes(tarball: Uint8Array): Promise<readonly string[]> {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (result.types === false) return ['The package has no types. (arethetypeswrong)'];
  return result.problems
    .filter((problem) => !unsupported.has(resolutionKindOf(problem)))
    .map((problem) => `${problem.kind} ${JSON.stringify(problem)} (arethetypeswrong)`);
}

function resolutionKindOf(problem: Problem): string {
  return 'resolutionKind' in problem ? problem.resolutionKind : '';
}
