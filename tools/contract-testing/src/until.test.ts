import { describe, expect, it } from '@jest/globals';
import { until } from './until.ts';

describe('until', () => {
  it.each([0, '', null, 'found'])('gives %j as an answer', async (answer) => {
    await expect(until('something is there', () => answer)).resolves.toBe(answer);
  });

  it('looks again while there is none', async () => {
    const answers = [undefined, false, 'found'];
    await expect(until('something is there', () => answers.shift())).resolves.toBe('found');
    expect(answers).toEqual([]);
  });

  it('throws what was waited for', async () => {
    const waiting = until('a Node is gone', async () => false, 0);
    await expect(waiting).rejects.toThrow('waited 0 ms in vain until a Node is gone');
  });

  it('throws what a look throws', async () => {
    const refused = new Error('refused');
    await expect(until('a Node is gone', () => Promise.reject(refused))).rejects.toBe(refused);
  });
});
