import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackages } from '@k8s-ccm/published-packages';
import { describe, expect, it } from '@jest/globals';
import { programFolder } from './consumer-program.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const packages = publishedPackages(join(import.meta.dirname, '../../..'));
const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

describe('the program of a user', () => {
  it('imports every entry of every published package', () => {
    const text = readFileSync(join(programFolder, 'src/main.ts'), 'utf8');
    const imported = [...text.matchAll(/from '(?<name>@k8s-ccm\/[^']+)'/g)].map(
      ({ groups }) => groups?.['name'] ?? '',
    );
    expect(imported.toSorted()).toEqual(
      packages
        .flatMap(({ name, entries }) => entries.map(({ subpath }) => join(name, subpath)))
        .toSorted(),
    );
  });

  it('has what the packages depend on in its lockfile', () => {
    const { dependencies = {} } = manifestIn(programFolder);
    const needed = packages
      .flatMap(({ folder }) => Object.entries(manifestIn(folder).dependencies ?? {}))
      .filter(([name]) => !name.startsWith('@k8s-ccm/'));
    expect(dependencies).toMatchObject(Object.fromEntries(needed));
  });
});
