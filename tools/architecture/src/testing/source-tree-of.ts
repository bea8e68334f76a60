import { folderOf, isTest } from '../source-tree.ts';
import type { SourceTree } from '../source-tree.ts';

/**
 * A workspace that exists only in memory, from the texts of its files by path. Each folder below `packages` is a room
 * that exports its `src/index.ts`.
 */
export function sourceTreeOf(files: Readonly<Record<string, string>>): SourceTree {
  const names = [...new Set(Object.keys(files).map(roomOf))];
  return {
    rooms: names.map((name) => ({
      name,
      packageName: `@k8s-ccm/${name}`,
      folder: `packages/${name}`,
      declared: [],
      entries: new Map([['.', `packages/${name}/src/index.ts`]]),
    })),
    files: Object.entries(files).map(([path, text]) => ({
      path,
      room: roomOf(path),
      isShipped: folderOf(path).includes('/src') && !isTest(path),
      text,
    })),
  };
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}
