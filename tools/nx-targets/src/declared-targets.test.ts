import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../../..');

interface Manifest {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly nx?: { readonly targets?: Readonly<Record<string, unknown>> };
}

const rooms = globSync('{packages,apps,tools,examples}/*/package.json', { cwd: root })
  .toSorted((one, other) => (one < other ? -1 : 1))
  .map((file) => ({
    folder: dirname(file),
    manifest: JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest,
  }));

/** Folders of the rooms that meet a condition, and of those that declare a target. */
function compare(target: string, needs: (folder: string, manifest: Manifest) => boolean) {
  return {
    needed: rooms
      .filter(({ folder, manifest }) => needs(folder, manifest))
      .map(({ folder }) => folder),
    declared: rooms
      .filter(({ manifest }) => manifest.nx?.targets?.[target] !== undefined)
      .map(({ folder }) => folder),
  };
}

describe('a package.json declares', () => {
  it('the target build-testing if it exports ./testing', () => {
    const { needed, declared } = compare(
      'build-testing',
      (_, { exports = {} }) => './testing' in exports,
    );
    expect(declared).toEqual(needed);
  });

  it('the target test-long if it has properties or long tests', () => {
    const { needed, declared } = compare(
      'test-long',
      (folder) =>
        globSync('{src,e2e,contract}/**/*.{property,long}.test.ts', { cwd: join(root, folder) })
          .length > 0,
    );
    expect(declared).toEqual(expect.arrayContaining(needed));
  });
});
