import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { referencePages } from './pages.ts';

const folder = join(import.meta.dirname, '../../../docs/reference');

describe('docs/reference', () => {
  it('says what the code says; `npm run reference` writes it anew', async () => {
    for (const { file, text } of await referencePages()) {
      expect({ file, text: await readFile(join(folder, file), 'utf8') }).toEqual({ file, text });
    }
  });
});
