import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { architectureProblems, maxFilesPerFolder } from './architecture-problem.ts';
import { journeys } from './journey.ts';
import { knownOffenders } from './known-offender.ts';
import type { KnownOffenders } from './known-offender.ts';
import { readSourceTree } from './source-tree.ts';
import { surveyReport } from './survey-report.ts';
import { survey } from './survey.ts';
import { sourceTreeOf } from './testing/source-tree-of.ts';

const none: KnownOffenders = { folders: [], circles: [] };

function problemsOf(files: Readonly<Record<string, string>>, known = none) {
  return architectureProblems(survey(sourceTreeOf(files), []), known);
}

/** Empty source files of one folder. */
function sources(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`packages/one/src/s${index}.ts`, '']),
  );
}

describe('npm run architecture', () => {
  const found = survey(readSourceTree(join(import.meta.dirname, '../../..')), journeys);

  it('finds no circle and no crowded folder in this workspace but the known ones', () => {
    expect(architectureProblems(found, knownOffenders)).toEqual([]);
  });

  it('prints packages, arrows, circles, folders, repeated lines and hops', () => {
    const headings = surveyReport(found)
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => line.replace(/[:(].*$/, '').trim());
    expect(headings).toEqual([
      'Packages',
      'Arrows between packages',
      'Arrows between folders of a package',
      'Circles of packages',
      'Circles of folders',
      'Circles of files',
      'Folders',
      'Lines that stand twice',
      'Hops',
    ]);
  });

  it('sees the imports of this workspace', () => {
    expect(found.roomArrows).toContainEqual({ from: 'inspur-provider', to: 'inspur-sdk' });
    expect(found.rooms.every(({ files }) => files > 0)).toBe(true);
  });
});

describe('architectureProblems', () => {
  it('reports a circle of files, type imports included', () => {
    expect(
      problemsOf({
        'packages/one/src/a.ts': `import type { B } from './b.ts';`,
        'packages/one/src/b.ts': `import { a } from './a.ts';`,
      }),
    ).toEqual([
      'circle of files: packages/one/src/a.ts -> packages/one/src/b.ts -> packages/one/src/a.ts',
    ]);
  });

  it('reports a circle of folders in which no file is in a circle', () => {
    expect(
      problemsOf({
        'packages/one/src/x/a.ts': `import '../y/b.ts';`,
        'packages/one/src/y/b.ts': '',
        'packages/one/src/y/c.ts': `import '../x/d.ts';`,
        'packages/one/src/x/d.ts': '',
      }),
    ).toEqual([
      'circle of folders: packages/one/src/x -> packages/one/src/y -> packages/one/src/x',
    ]);
  });

  it('reports a circle of packages', () => {
    expect(
      problemsOf({
        'packages/one/src/index.ts': `export { a } from './a.ts';`,
        'packages/one/src/a.ts': `import type { B } from '@k8s-ccm/two';`,
        'packages/two/src/index.ts': `export { b } from './b.ts';`,
        'packages/two/src/b.ts': `import { a } from '@k8s-ccm/one';`,
      }),
    ).toContainEqual('circle of packages: one -> two -> one');
  });

  it('leaves tests and the exported file of a package out of circles of folders', () => {
    expect(
      problemsOf({
        'packages/one/src/index.ts': `export { a } from './x/a.ts';`,
        'packages/one/src/b.ts': '',
        'packages/one/src/x/a.ts': `import '../b.ts';`,
        'packages/one/src/b.test.ts': `import './x/a.ts';`,
      }),
    ).toEqual([]);
  });

  it('reports a folder with more source files than allowed; tests do not count', () => {
    expect(problemsOf({ ...sources(maxFilesPerFolder), 'packages/one/src/a.test.ts': '' })).toEqual(
      [],
    );
    expect(problemsOf(sources(maxFilesPerFolder + 1))).toEqual([
      'packages/one/src holds 26 source files (at most 25): split it by concept.',
    ]);
  });

  it('tolerates a known circle that has become smaller, and no other', () => {
    const files = {
      'packages/one/src/a.ts': `import './b.ts';`,
      'packages/one/src/b.ts': `import './a.ts';`,
    };
    const members = Object.keys(files);
    expect(
      problemsOf(files, { folders: [], circles: [[...members, 'packages/one/src/c.ts']] }),
    ).toEqual([]);
    expect(problemsOf(files, { folders: [], circles: [['packages/one/src/c.ts']] })).toHaveLength(
      2,
    );
  });

  it('reports a known offender that is mended', () => {
    expect(
      problemsOf(
        { 'packages/one/src/a.ts': '' },
        { folders: ['packages/one/src'], circles: [['a.ts', 'b.ts']] },
      ),
    ).toEqual([
      'packages/one/src is no longer crowded: remove it from the known offenders.',
      'the circle of a.ts, b.ts no longer exists: remove it from the known offenders.',
    ]);
  });
});
