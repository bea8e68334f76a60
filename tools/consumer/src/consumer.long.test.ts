import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsumerProgram } from './consumer-program.ts';

describe('the packed packages, in a program outside the workspace', () => {
  let program: ConsumerProgram;

  beforeAll(async () => {
    program = await ConsumerProgram.install(join(import.meta.dirname, '../../..'));
  }, 300_000);

  afterAll(async () => {
    await program[Symbol.asyncDispose]();
  });

  it.each(['typescript-5', 'typescript-7'])(
    'compile with %s, all declaration files checked',
    async (compiler) => {
      expect(await program.compile(compiler)).toBe('');
    },
    300_000,
  );

  it('load, each with what it exports', async () => {
    const lines = (await program.start()).trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.at(-1)).toBe('mine 4');
    expect(lines.filter((line) => line.endsWith(' 0'))).toEqual([]);
  }, 60_000);
});
