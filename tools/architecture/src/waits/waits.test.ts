import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSourceTree } from '../source-tree.ts';
import { knownWaits } from './known-wait.ts';
import { unlimitedWaits } from './unlimited-wait.ts';
import { wallClockBounds } from './wall-clock-bound.ts';

const root = join(import.meta.dirname, '../../../..');
/** Tests, and what only tests use; but not this one, which has the patterns themselves. */
const files = readSourceTree(root).files.filter(
  ({ path, isShipped }) =>
    join(root, path) !== import.meta.filename &&
    (!isShipped || path.includes('/testing/') || path.includes('-testing/')),
);

/** The lines that a check finds, as `path:line`, in the files that hold another number of them than is known. */
function unexpected(
  find: (source: string) => readonly number[],
  known: Readonly<Record<string, number>>,
) {
  const found = files
    .map(({ path, text }) => ({ path, lines: find(text) }))
    .filter(({ path, lines }) => lines.length !== (known[path] ?? 0));
  const paths = new Set(files.map(({ path }) => path));
  return {
    found: found.map(({ path, lines }) => `${path}: lines ${lines.join(', ')}`),
    missing: Object.keys(known).filter((path) => !paths.has(path)),
  };
}

describe('unlimitedWaits', () => {
  it.each([
    ['while (!done) await systemClock.sleep(20);', [1]],
    ['a();\nfor (;;) {\n  if (await look()) break;\n  await pause(20);\n}', [2]],
    ['while (queue.length > 0) await new Promise((resolve) => setImmediate(resolve));', [1]],
    ['while (!text) {\n  await once(stream, "data");\n}', [1]],
    ['for (;;) {\n  if (systemClock.monotonic() > end) throw error;\n  await pause(20);\n}', []],
    ['while (!done && waited < limitMs) await systemClock.sleep(20);', []],
    ['while (!signal.aborted) await clock.sleep(10, { signal });', []],
    ['while (slbs.length < 3) slbs.push(await addSlb());', []],
  ])('of %j are in lines %j', (source, lines) => {
    expect(unlimitedWaits(source)).toEqual(lines);
  });
});

describe('wallClockBounds', () => {
  it.each([
    ['expect(systemClock.monotonic() - startedAt).toBeLessThan(5_000);', [1]],
    ['const tookMs = monotonicMs() - startedAt;\nexpect(tookMs).toBeLessThan(withinMs);', [2]],
    ['expect(performance.now() - startedAt).toBeLessThanOrEqual(\n  100,\n);', [1]],
    ['expect(monotonicMs() - startedAt).toBeLessThan(30_000);', []],
    ['expect(systemClock.monotonic() - startedAt).toBeGreaterThanOrEqual(4);', []],
    ['expect(clock.monotonic() - startedAt).toBeLessThan(5_000);', []],
    ['expect(calls.length).toBeLessThan(5);', []],
  ])('of %j are in lines %j', (source, lines) => {
    expect(wallClockBounds(source)).toEqual(lines);
  });
});

describe('the tests', () => {
  it('wait with a limit; a failure then says what was waited for', () => {
    expect(unexpected(unlimitedWaits, knownWaits.unlimited)).toEqual({ found: [], missing: [] });
  });

  it('bound no real time, or generously: order and timestamps tell more', () => {
    expect(unexpected(wallClockBounds, knownWaits.bounds)).toEqual({ found: [], missing: [] });
  });
});
