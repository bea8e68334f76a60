import { describe, expect, it } from '@jest/globals';
import { distances, findCircles } from './circle.ts';

/** `a>b` as an arrow. */
const arrows = (text: string) =>
  text.split(' ').map((pair) => {
    const [from = '', to = ''] = pair.split('>');
    return { from, to };
  });

describe('findCircles', () => {
  it.each([
    ['a>b b>c a>c', []],
    ['a>b b>a', [{ members: ['a', 'b'], way: ['a', 'b'] }]],
    ['x>a a>b b>c c>a b>y', [{ members: ['a', 'b', 'c'], way: ['a', 'b', 'c'] }]],
    [
      'a>b b>a c>d d>c b>c',
      [
        { members: ['a', 'b'], way: ['a', 'b'] },
        { members: ['c', 'd'], way: ['c', 'd'] },
      ],
    ],
    // Two circles that share a name are one: everything in it reaches everything else.
    ['a>b b>c c>a c>d d>c', [{ members: ['a', 'b', 'c', 'd'], way: ['c', 'd'] }]],
  ])('of %s finds %j', (text, expected) => {
    expect(findCircles(arrows(text))).toEqual(expected);
  });
});

describe('distances', () => {
  it('counts the arrows of the shortest way from the nearest start', () => {
    expect(Object.fromEntries(distances(['a', 'x'], arrows('a>b b>c c>d x>d d>a q>a')))).toEqual({
      a: 0,
      x: 0,
      b: 1,
      c: 2,
      d: 1,
    });
  });
});
