import { describe, expect, it } from '@jest/globals';
import { tableText } from './table.ts';

describe('tableText', () => {
  it('sets the first column left and the others right, and lets titles run', () => {
    const rows = [
      ['', 'ours', 'ratio'],
      [],
      ['a long title of a group'],
      ['wall', '1.00 s', '0.5'],
      ['x', '', ''],
    ];
    expect(tableText(rows)).toBe(
      `
        ours  ratio

a long title of a group
wall  1.00 s    0.5
x
`.slice(1),
    );
  });
});
