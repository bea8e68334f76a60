import { describe, expect, it } from '@jest/globals';
import { readDeclarationFile } from './declaration-file.ts';

const read = (...lines: readonly string[]) => readDeclarationFile(lines.join('\n'));

describe('readDeclarationFile', () => {
  it('splits declarations, and leaves comments and private fields out', () => {
    const { declarations } = read(
      '/** A clock; with `it` { time passes. */',
      'export interface Clock {',
      '    /** Milliseconds; } */',
      '    now(): number;',
      '}',
      'export declare const url = "http://example.com"; // it\'s a URL',
      'export declare class Timer implements Clock {',
      '    #private;',
      '    now(): number;',
      '}',
      'export type Kind = {',
      "    readonly kind: 'a;}';",
      '} | {',
      '    readonly kind: string;',
      '};',
      'declare function inner(): void;',
      'export {};',
      '//# sourceMappingURL=clock.d.ts.map',
    );
    expect(declarations).toEqual([
      { name: 'Clock', text: 'export interface Clock {\n    now(): number;\n}' },
      { name: 'url', text: 'export declare const url = "http://example.com";' },
      {
        name: 'Timer',
        text: 'export declare class Timer implements Clock {\n    now(): number;\n}',
      },
      {
        name: 'Kind',
        text: "export type Kind = {\n    readonly kind: 'a;}';\n} | {\n    readonly kind: string;\n};",
      },
      { name: 'inner', text: 'declare function inner(): void;' },
    ]);
  });

  it.each([
    [
      "import type { A, B as C } from './a.ts';",
      'imports',
      [
        ['A', 'A'],
        ['C', 'B'],
      ],
    ],
    ["import * as t from './a.ts';", 'imports', [['t', '*']]],
    ["import a from './a.ts';", 'imports', [['a', 'default']]],
    [
      "export { type A, b } from './a.ts';",
      'reexports',
      [
        ['A', 'A'],
        ['b', 'b'],
      ],
    ],
    ["export type { A } from './a.ts';", 'reexports', [['A', 'A']]],
  ] as const)('reads %s', (text, kind, names) => {
    expect(read(text)[kind]).toEqual(
      names.map(([name, original]) => ({ name, original, from: './a.ts' })),
    );
  });

  it('refuses what it does not know', () => {
    expect(() => read("export * from './a.ts';")).toThrow(
      `cannot read the declaration "export * from './a.ts';"`,
    );
    expect(() => read('export interface A {')).toThrow('a declaration does not end');
  });
});
