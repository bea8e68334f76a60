import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { apiPage } from './api/api-page.ts';
import { packagingProblems } from './packaging-problems.ts';
import { publishedPackages } from './manifest/published-package.ts';

const sound = {
  'package.json': {
    name: 'sound',
    version: '1.0.0',
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    files: ['dist'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    engines: { node: '>=24' },
  },
  'dist/index.js': 'export const a = 1;',
  'dist/index.d.ts': 'export declare const a: 1;',
};

/** The problems of a workspace with one package, whose API page may be out of date. */
async function problemsOf(
  files: Readonly<Record<string, unknown>>,
  reviewed?: string,
): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), 'packaging-test-'));
  try {
    await write(root, 'package.json', { name: 'root', workspaces: ['packages/*'] });
    for (const [file, content] of Object.entries(files)) {
      await write(root, `packages/sound/${file}`, content);
    }
    const page = reviewed ?? publishedPackages(root).map(apiPage).join('');
    await write(root, 'api/sound.api.md', page);
    return await packagingProblems(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function write(root: string, file: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(
    join(root, file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

describe('packagingProblems', () => {
  it('finds nothing wrong with a sound package', async () => {
    expect(await problemsOf(sound)).toEqual([]);
  });

  it('reports a file that the exports name and that is not packed', async () => {
    const manifest = { ...sound['package.json'], files: ['dist/*.d.ts'] };
    expect(await problemsOf({ ...sound, 'package.json': manifest })).toContainEqual(
      expect.stringMatching(/^sound: .*dist\/index\.js.*\(publint\)$/),
    );
  });

  it('reports types that an importer does not find', async () => {
    const files = {
      ...sound,
      'dist/index.d.ts': `import type { B } from './missing.js';\nexport declare const a: 1;`,
    };
    expect(await problemsOf(files)).toContainEqual(
      expect.stringMatching(/^sound: InternalResolutionError .*\(arethetypeswrong\)$/),
    );
  });

  it('reports a public API that was not reviewed', async () => {
    expect(await problemsOf(sound, '# another page')).toEqual([
      expect.stringMatching(/^sound: The public API is not what .*Run `npm run api`/),
    ]);
  });
});
