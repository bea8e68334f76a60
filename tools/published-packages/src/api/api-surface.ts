import { dirname, join } from 'node:path';
import { readDeclarationFile } from './declaration-file.ts';
import type { DeclarationFile, Link } from './declaration-file.ts';

/** What an entry of a package offers, as text. */
export interface ApiSurface {
  /** The declarations that the entry exports, by the name under which it does. */
  readonly exported: readonly string[];
  /** Declarations that it does not export, but of which exported ones speak. */
  readonly reachable: readonly string[];
  /** What comes from other packages: an import or an export for each of them. */
  readonly foreign: readonly string[];
}

interface Place {
  readonly file: string;
  readonly name: string;
}

/** The surface of the declaration file `entry`. `read` reads a declaration file by its path. */
export function apiSurface(entry: string, read: (file: string) => string): ApiSurface {
  const files = new Map<string, DeclarationFile>();
  const foreign = new Map<string, Set<string>>();
  const exported = exportsOf(fileOf(entry));
  const queue = [...exported.values()];
  const seen = new Set(queue.map(keyOf));
  const outer = seen.size;
  for (const place of queue) {
    for (const next of mentionsOf(place)) {
      if (seen.has(keyOf(next))) continue;
      seen.add(keyOf(next));
      queue.push(next);
    }
  }
  return {
    exported: [...exported]
      .toSorted(([one], [other]) => compare(one, other))
      .map(([name, place]) => renamed(textOf(place), place.name, name)),
    reachable: queue
      .slice(outer)
      .toSorted((one, other) => compare(one.name, other.name) || compare(one.file, other.file))
      .map(textOf),
    foreign: [...foreign]
      .toSorted(([one], [other]) => compare(one, other))
      .map(([line, names]) => line.replace('…', clauseOf([...names].toSorted(compare)))),
  };

  function fileOf(file: string): DeclarationFile {
    const known = files.get(file) ?? readDeclarationFile(read(file));
    files.set(file, known);
    return known;
  }

  /** The names that the entry exports, and where they are declared. */
  function exportsOf({ declarations, reexports }: DeclarationFile): ReadonlyMap<string, Place> {
    const found = new Map<string, Place>(
      declarations
        .filter(({ text }) => text.startsWith('export '))
        .map(({ name }) => [name, { file: entry, name }]),
    );
    for (const link of reexports) {
      const place = follow(entry, link, 'export');
      if (place !== undefined) found.set(link.name, place);
    }
    return found;
  }

  /** Where a linked name is declared; undefined in another package, which is noted. */
  function follow(
    file: string,
    { name, original, from }: Link,
    kind: 'import' | 'export',
  ): Place | undefined {
    if (!from.startsWith('.')) {
      const names = foreign.get(`${kind} … from '${from}';`) ?? new Set();
      foreign.set(`${kind} … from '${from}';`, names);
      names.add(original === name ? name : `${original} as ${name}`);
      return undefined;
    }
    const target = declarationPath(join(dirname(file), from));
    const { declarations, reexports } = fileOf(target);
    if (declarations.some((declaration) => declaration.name === original)) {
      return { file: target, name: original };
    }
    const next = reexports.find((link) => link.name === original);
    if (next === undefined) throw new Error(`${target} does not declare ${original}`);
    return follow(target, next, kind);
  }

  function textOf({ file, name }: Place): string {
    return fileOf(file)
      .declarations.filter((declaration) => declaration.name === name)
      .map(({ text }) => text)
      .join('\n');
  }

  /** The declarations of this package that a declaration mentions. */
  function mentionsOf(place: Place): readonly Place[] {
    const text = textOf(place).replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''");
    const { declarations, imports } = fileOf(place.file);
    const words = new Set(text.match(/[A-Za-z_$][\w$]*/g));
    const own = declarations
      .filter(({ name }) => name !== place.name && words.has(name))
      .map(({ name }) => ({ file: place.file, name }));
    const inline = [...text.matchAll(/import\("(?<from>[^"]+)"\)\.(?<name>[\w$]+)/g)].map(
      ({ groups }): Link => ({
        name: groups?.['name'] ?? '',
        original: groups?.['name'] ?? '',
        from: groups?.['from'] ?? '',
      }),
    );
    const linked = [...imports.filter(({ name }) => words.has(name)), ...inline]
      .map((link) => follow(place.file, link, 'import'))
      .filter((found) => found !== undefined);
    return [...own, ...linked];
  }
}

function keyOf({ file, name }: Place): string {
  return `${file}#${name}`;
}

function clauseOf(names: readonly string[]): string {
  return names.every((name) => name.startsWith('* as '))
    ? names.join(', ')
    : `{ ${names.join(', ')} }`;
}

function declarationPath(specifier: string): string {
  return specifier.replace(/\.(?:ts|js)$/, '.d.ts');
}

function renamed(text: string, from: string, to: string): string {
  return from === to ? text : `${text}\nexport { ${from} as ${to} };`;
}

/** By code points, whatever the language of the machine. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
