import { posix } from 'node:path';
import { importStatements } from './import-statement.ts';
import { folderOf } from './source-tree.ts';
import type { Room, SourceFile, SourceTree } from './source-tree.ts';

/** "`from` imports `to`". */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The arrows between the files of a workspace, type imports included; imports of other packages' files as well. */
export function fileArrows({ rooms, files }: SourceTree): readonly Arrow[] {
  const paths = new Set(files.map(({ path }) => path));
  return files.flatMap((file) =>
    distinct(
      importStatements(file.text)
        .map(({ specifier }) => targetOf(specifier, file, rooms))
        .filter((to) => to !== undefined && to !== file.path && paths.has(to))
        .map((to) => ({ from: file.path, to: to ?? '' })),
    ),
  );
}

/**
 * The arrows between rooms: what their shipped files import and what their package.json declares,
 * dependencies for development included.
 */
export function roomArrows(tree: SourceTree): readonly Arrow[] {
  const shipped = shippedRooms(tree);
  const byPackage = new Map(tree.rooms.map(({ name, packageName }) => [packageName, name]));
  const imported = fileArrows(tree).map(({ from, to }) => ({
    from: shipped.get(from) ?? '',
    to: shipped.get(to) ?? '',
  }));
  const declared = tree.rooms.flatMap(({ name, declared: names }) =>
    names.map((packageName) => ({ from: name, to: byPackage.get(packageName) ?? '' })),
  );
  return distinct([...imported, ...declared].filter(isBetweenTwo));
}

/**
 * The arrows between the folders of each room, taken from its shipped files. The files that a package.json exports
 * stand above the folders and give no arrow.
 */
export function folderArrows(tree: SourceTree): readonly Arrow[] {
  const shipped = shippedRooms(tree);
  const entries = new Set(tree.rooms.flatMap((room) => [...room.entries.values()]));
  return distinct(
    fileArrows(tree)
      .filter(({ from, to }) => shipped.has(from) && shipped.get(from) === shipped.get(to))
      .filter(({ from, to }) => !entries.has(from) && !entries.has(to))
      .map(({ from, to }) => ({ from: folderOf(from), to: folderOf(to) }))
      .filter(isBetweenTwo),
  );
}

function shippedRooms({ files }: SourceTree): ReadonlyMap<string, string> {
  return new Map(files.filter(({ isShipped }) => isShipped).map(({ path, room }) => [path, room]));
}

function targetOf(specifier: string, file: SourceFile, rooms: readonly Room[]): string | undefined {
  if (specifier.startsWith('.')) return posix.join(folderOf(file.path), specifier);
  const room = rooms.find(
    ({ packageName }) => specifier === packageName || specifier.startsWith(`${packageName}/`),
  );
  return room?.entries.get(`.${specifier.slice(room.packageName.length)}`);
}

function isBetweenTwo({ from, to }: Arrow): boolean {
  return from !== to && from !== '' && to !== '';
}

/** Each arrow once, in order. */
function distinct(arrows: readonly Arrow[]): readonly Arrow[] {
  return [...new Map(arrows.map((arrow) => [`${arrow.from}\n${arrow.to}`, arrow])).values()];
}
