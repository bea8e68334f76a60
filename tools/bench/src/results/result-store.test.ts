import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ResultStore } from './result-store.ts';
import { exampleResult } from '../testing/example-result.ts';

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'result-store-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('ResultStore', () => {
  it('names a file by time and commit', async () => {
    await withFolder(async (folder) => {
      await new ResultStore(folder).record(exampleResult());
      expect(await readdir(folder)).toEqual(['2026-01-31T12-30-00Z-abc1234.json']);
    });
  });

  it('gives the last result of the same load', async () => {
    await withFolder(async (folder) => {
      const store = new ResultStore(folder);
      const { settings } = exampleResult();
      const early = exampleResult({ at: '2026-01-01T00:00:00.000Z', commit: 'f' });
      const late = exampleResult({ at: '2026-02-01T00:00:00.000Z', commit: 'a' });
      const other = exampleResult({
        at: '2026-03-01T00:00:00.000Z',
        settings: { ...settings, latencyMs: 21 },
      });
      for (const result of [late, other, early]) await store.record(result);
      expect(await store.last(settings)).toEqual(late);
    });
  });

  it('has none where nothing was recorded', async () => {
    await withFolder(async (folder) => {
      const { settings } = exampleResult();
      expect(await new ResultStore(join(folder, 'none')).last(settings)).toBeUndefined();
    });
  });

  it.each(['{', '{"formatVersion":2}'])('names the file that holds %s', async (text) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'bad.json'), text);
      const last = new ResultStore(folder).last(exampleResult().settings);
      await expect(last).rejects.toThrow('bad.json');
    });
  });
});
