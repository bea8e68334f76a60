import { describe, expect, it } from '@jest/globals';
import { findRepetitions, repetitionLength } from './repeated-lines.ts';

const numbered = (count: number, name = 'line') =>
  Array.from({ length: count }, (_, index) => `${name}${index}();`);

function repetitions(...texts: readonly (readonly string[])[]) {
  return findRepetitions(
    texts.map((lines, index) => ({
      path: `${String.fromCharCode(97 + index)}.ts`,
      room: 'room',
      isShipped: true,
      text: lines.join('\n'),
    })),
  );
}

describe('findRepetitions', () => {
  it('finds a run that stands in two files, and counts it where it is repeated', () => {
    const run = numbered(repetitionLength + 2);
    expect(repetitions(['first();', ...run], [...run, 'last();'])).toEqual([
      { first: 'a.ts:2', again: 'b.ts:1', lines: repetitionLength + 2 },
    ]);
  });

  it('finds a run that stands twice in one file', () => {
    const run = numbered(repetitionLength);
    expect(repetitions([...run, 'between();', ...run])).toEqual([
      { first: 'a.ts:1', again: `a.ts:${repetitionLength + 2}`, lines: repetitionLength },
    ]);
  });

  it('leaves alone a run that is shorter', () => {
    const run = numbered(repetitionLength - 1);
    expect(repetitions([...run, 'one();'], [...run, 'other();'])).toEqual([]);
  });

  it('ignores indentation, blank lines, comments, brackets and imports', () => {
    const run = numbered(repetitionLength);
    const dressed = run.flatMap((line) => [`    ${line}`, '', '/* a', ' * b */', '// c', '});']);
    const imports = ['import {', '  one,', '  two,', "} from './three.ts';"];
    expect(repetitions(run, [...imports, ...dressed])).toEqual([
      { first: 'a.ts:1', again: 'b.ts:5', lines: repetitionLength },
    ]);
    const many = numbered(repetitionLength, "import { a } from './").map((line) => `${line}';`);
    expect(repetitions(many, many)).toEqual([]);
  });
});
