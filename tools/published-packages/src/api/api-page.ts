import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedPackage } from '../manifest/published-package.ts';
import { apiSurface } from './api-surface.ts';

/** The public API of a built package as a page to review: the declarations of each entry, without comments, in order of their names. */
export function apiPage({ name, folder, entries }: PublishedPackage): string {
  const sections = entries.map(({ subpath, types }) => {
    const file = join(folder, types);
    if (!existsSync(file)) throw new Error(`${file} does not exist; run \`npm run build\` first`);
    const { exported, reachable, foreign } = apiSurface(file, (path) => readFileSync(path, 'utf8'));
    return [
      `## \`${join(name, subpath)}\``,
      code(exported),
      ...(reachable.length === 0 ? [] : ['### Not exported, but mentioned', code(reachable)]),
      ...(foreign.length === 0 ? [] : ['### From other packages', code(foreign)]),
    ].join('\n\n');
  });
  return [
    `# API of \`${name}\``,
    'Generated from the declaration files by `npm run api`. A change of this page is a change for users: review it as such.',
    ...sections,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function code(lines: readonly string[]): string {
  return ['```ts', ...lines, '```'].join('\n');
}
