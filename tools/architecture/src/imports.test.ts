import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importRuleOf, isImportAllowed } from './import-rule.ts';
import { importStatements } from './import-statement.ts';
import { readSourceTree } from './source-tree.ts';

const root = join(import.meta.dirname, '../../..');
const scope = '@k8s-ccm/';
const tree = readSourceTree(root);
const rooms = tree.rooms.filter(({ folder }) => !folder.startsWith('tools/'));

/** What the room ships; its tests may use any room. */
function shippedSources(room: string): typeof tree.files {
  return tree.files.filter((file) => file.room === room && file.isShipped);
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
    ['inspur-emulator', 'cloud-emulator', false, true],
    ['inspur-emulator', 'foundation', false, false],
    ['cloud-emulator', 'cloud-emulator', false, false],
    ['kube-emulator', 'controller-runtime', true, false],
    ['baiducloud-provider', 'baiducloud-sdk', false, true],
    ['baiducloud-sdk', 'cloud-provider', true, false],
    ['component-config', 'foundation', false, true],
    ['component-config', 'controller-runtime', true, false],
    ['secure-serving', 'component-config', false, true],
    ['secure-serving', 'controller-manager', true, false],
    ['controller-manager', 'secure-serving', false, true],
    ['controller-testing', 'controller-manager', false, false],
    ['service-controller', 'controller-testing', false, false],
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
    const forbidden = shippedSources(name).flatMap(({ path, text }) =>
      importStatements(text)
        .filter(({ specifier }) => specifier.startsWith(scope))
        .map(({ specifier, typeOnly }) => ({ target: specifier.split('/')[1] ?? '', typeOnly }))
        .filter(
          ({ target, typeOnly }) => target !== name && !isImportAllowed(rule, target, typeOnly),
        )
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(forbidden).toEqual([]);
  });

  it('declares the packages that it imports, and no others', () => {
    const imported = new Set(
      shippedSources(name)
        .flatMap(({ text }) => importStatements(text))
        .map(({ specifier }) => specifier)
        .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .map((specifier) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    ) as { readonly dependencies?: Readonly<Record<string, string>> };
    expect([...imported].toSorted()).toEqual(Object.keys(dependencies).toSorted());
  });
});

describe('the one YAML reader', () => {
  it('is the only place that parses YAML', () => {
    const parsers = tree.files
      .filter(({ room, isShipped }) => isShipped && room !== 'foundation')
      .filter(({ text }) => {
        const specifiers = importStatements(text).map(({ specifier }) => specifier);
        return specifiers.some((each) => /^(js-)?yaml$/.test(each)) || /\bloadYaml\b/.test(text);
      })
      .map(({ path }) => path)
      .filter((path) => !path.startsWith('tools/'));
    expect(parsers).toEqual([]);
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
