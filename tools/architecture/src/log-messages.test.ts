import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { logCalls } from './log-message.ts';

const root = join(import.meta.dirname, '../../..');

/** What the packages, the programs and the examples ship. */
const shipped = ['packages', 'apps', 'examples'].flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((name) =>
    readdirSync(join(root, folder, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(folder, name, 'src', file)),
  ),
);

describe('logCalls', () => {
  it.each([
    [`log.info('node synced', { node });`, `'node synced'`, true],
    [`this.#log.warn(\n  'a, (b)',\n  { error },\n);`, `'a, (b)'`, true],
    [`requestLog?.debug(isFirst ? 'first' : 'next');`, `isFirst ? 'first' : 'next'`, true],
    [`log.warn(message, fields);`, 'message', true],
    [`log.info('1 + 1 is \\'2\\'', {});`, `'1 + 1 is \\'2\\''`, true],
    ['log.info(`node ${name} synced`);', '`node ${name} synced`', false],
    [`log.error('failed: ' + error, {});`, `'failed: ' + error`, false],
  ])('reads %j', (source, message, isConstant) => {
    expect(logCalls(source)).toEqual([{ message, isConstant }]);
  });

  it('leaves alone what is no logger', () => {
    expect(logCalls('dialog.show(`x`); catalog(`y`); console.log(`z`);')).toEqual([]);
  });
});

describe('what is logged', () => {
  it('has constant messages, so that lines of a kind can be counted', () => {
    const calls = shipped.flatMap((file) =>
      logCalls(readFileSync(join(root, file), 'utf8')).map((call) => ({ file, ...call })),
    );
    expect(calls.length).toBeGreaterThan(50);
    expect(calls.filter(({ isConstant }) => !isConstant)).toEqual([]);
  });
});
