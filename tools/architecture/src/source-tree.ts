import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** A package, a program, a tool or an example of the workspace. */
export interface Room {
  /** The directory's name; an example's is preceded by `examples/`, because it is named after what it shows. */
  readonly name: string;
  /** The name in its package.json. */
  readonly packageName: string;
  /** The directory, relative to the workspace, with `/` as separator. */
  readonly folder: string;
  /** The packages that its package.json declares, of all kinds. */
  readonly declared: readonly string[];
  /** The source file of each subpath that its package.json exports, relative to the workspace. */
  readonly entries: ReadonlyMap<string, string>;
}

/** A TypeScript file of the workspace. */
export interface SourceFile {
  /** Path relative to the workspace, with `/` as separator. */
  readonly path: string;
  /** The name of its room. */
  readonly room: string;
  /** True if it is shipped: below `src`, and no test. */
  readonly isShipped: boolean;
  readonly text: string;
}

/** The rooms of a workspace and their TypeScript files. */
export interface SourceTree {
  readonly rooms: readonly Room[];
  readonly files: readonly SourceFile[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const parents = ['packages', 'apps', 'tools', 'examples'];
const sourceCondition = '@k8s-ccm/source';
const skipped = new Set(['node_modules', 'dist', 'coverage']);

/** Reads every room below `root` and its TypeScript files, ordered by path. */
export function readSourceTree(root: string): SourceTree {
  const rooms = parents
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) =>
      readdirSync(join(root, parent))
        .filter((name) => existsSync(join(root, parent, name, 'package.json')))
        .toSorted()
        .map((name) => readRoom(root, parent, name)),
    );
  const files = rooms.flatMap((room) =>
    typeScriptFiles(root, room.folder).map((path) => ({
      path,
      room: room.name,
      isShipped: path.startsWith(`${room.folder}/src/`) && !isTest(path),
      text: readFileSync(join(root, path), 'utf8'),
    })),
  );
  return { rooms, files };
}

/** True for the path of a test. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

function readRoom(root: string, parent: string, name: string): Room {
  const folder = `${parent}/${name}`;
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
  return {
    name: parent === 'examples' ? folder : name,
    packageName: manifest.name,
    folder,
    declared: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }),
    entries: new Map(
      Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
        const source = typeof target === 'string' ? undefined : target[sourceCondition];
        return source === undefined ? [] : [[subpath, posix.join(folder, source)]];
      }),
    ),
  };
}

function typeScriptFiles(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : typeScriptFiles(root, path);
      return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : [];
    });
}

/** The folder of a file. */
export function folderOf(path: string): string {
  return dirname(path);
}
