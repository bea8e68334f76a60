import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importRuleOf, isImportAllowed } from './import-rule.ts';
import { importStatements } from './import-statement.ts';

const root = join(import.meta.dirname, '../../..');
const scope = '@k8s-ccm/';

interface PackageManifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const rooms = ['packages', 'apps', 'examples'].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => ({
    // An example is named after what it shows, which is no kind of room.
    name: folder === 'examples' ? `${folder}/${name}` : name,
    folder: join(root, folder, name),
  })),
);

function manifest(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest;
}

/** What a package ships; its tests may use any room. */
function shippedSources(folder: string): readonly string[] {
  return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, 'src', file));
}

describe('importStatements', () => {
  it.each([
    [`import { a } from 'x';`, [{ specifier: 'x', typeOnly: false }]],
    [`import type { a } from 'x';`, [{ specifier: 'x', typeOnly: true }]],
    [`import { type a, type b } from 'x';`, [{ specifier: 'x', typeOnly: true }]],
    [`import { type a, b } from 'x';`, [{ specifier: 'x', typeOnly: false }]],
    [`export {\n  a,\n  b,\n} from 'x';`, [{ specifier: 'x', typeOnly: false }]],
    [`import 'x';`, [{ specifier: 'x', typeOnly: false }]],
    [`const x = await import('x');`, [{ specifier: 'x', typeOnly: false }]],
    [`const text = 'no import from here';`, []],
  ])('reads %j', (source, expected) => {
    expect(importStatements(source)).toEqual(expected);
  });
});

describe('isImportAllowed', () => {
  it.each([
    ['inspur-provider', 'inspur-sdk', false, true],
    ['inspur-provider', 'controller-runtime', true, false],
    ['service-controller', 'inspur-provider', false, false],
    ['controller-runtime', 'cloud-provider', true, true],
    ['controller-runtime', 'cloud-provider', false, false],
    ['cloud-http', 'cloud-provider', true, false],
    ['inspur-emulator', 'inspur-sdk', true, false],
    ['ccm', 'inspur-sdk', false, false],
    ['examples/custom-controller', 'controller-manager', false, true],
    ['examples/custom-controller', 'inspur-provider', false, true],
    ['examples/custom-controller', 'inspur-emulator', false, false],
    ['examples/custom-controller', 'envtest', false, false],
  ])('%s imports %s (types only: %s): %s', (room, target, typeOnly, allowed) => {
    expect(isImportAllowed(importRuleOf(room), target, typeOnly)).toBe(allowed);
  });
});

describe.each(rooms)('the room $name', ({ name, folder }) => {
  it('imports only the rooms that it may', () => {
    const rule = importRuleOf(name);
    const forbidden = shippedSources(folder).flatMap((file) =>
      importStatements(readFileSync(file, 'utf8'))
        .filter(({ specifier }) => specifier.startsWith(scope))
        .map(({ specifier, typeOnly }) => ({ target: specifier.split('/')[1] ?? '', typeOnly }))
        .filter(
          ({ target, typeOnly }) => target !== name && !isImportAllowed(rule, target, typeOnly),
        )
        .map(({ target }) => `${file.slice(root.length + 1)} imports ${target}`),
    );
    expect(forbidden).toEqual([]);
  });

  it('declares the packages that it imports, and no others', () => {
    const imported = new Set(
      shippedSources(folder)
        .flatMap((file) => importStatements(readFileSync(file, 'utf8')))
        .map(({ specifier }) => specifier)
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    const declared = Object.keys(manifest(folder).dependencies ?? {});
    expect([...imported].toSorted()).toEqual(declared.toSorted());
  });
});

describe('the installed tree', () => {
  it.each(['undici', 'io-ts', 'fp-ts'])('holds one copy of %s', (name) => {
    expect(copiesOf(name, join(root, 'node_modules'))).toEqual([join('node_modules', name)]);
  });
});

function copiesOf(name: string, folder: string): readonly string[] {
  const own = existsSync(join(folder, name, 'package.json'))
    ? [join(folder, name).slice(root.length + 1)]
    : [];
  const packages = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      entry.name.startsWith('@')
        ? readdirSync(join(folder, entry.name)).map((inner) => join(folder, entry.name, inner))
        : [join(folder, entry.name)],
    );
  return [
    ...own,
    ...packages
      .map((installed) => join(installed, 'node_modules'))
      .filter((nested) => existsSync(nested))
      .flatMap((nested) => copiesOf(name, nested)),
  ];
}
