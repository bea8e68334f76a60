import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clock } from './clock.ts';
import { tryBuildLock } from './build-lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-lock-test-'));
  file = join(folder, 'lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('tryBuildLock', () => {
  it('is held by one at a time', async () => {
    const first = await tryBuildLock(file);
    expect(first).toBeDefined();
    expect(await tryBuildLock(file)).toBeUndefined();
    await first?.[Symbol.asyncDispose]();
    await using second = await tryBuildLock(file);
    expect(second).toBeDefined();
  });

  it('takes over what a dead process has left', async () => {
    writeFileSync(file, '');
    expect(await tryBuildLock(file)).toBeUndefined();
    const longAgo = clock.now() / 1000 - 60;
    utimesSync(file, longAgo, longAgo);
    await using lock = await tryBuildLock(file);
    expect(lock).toBeDefined();
  });

  it('does not take it from a holder that works for long', async () => {
    await using lock = await tryBuildLock(file, { staleMs: 250 });
    expect(lock).toBeDefined();
    await clock.sleep(600);
    expect(await tryBuildLock(file, { staleMs: 250 })).toBeUndefined();
  });
});
