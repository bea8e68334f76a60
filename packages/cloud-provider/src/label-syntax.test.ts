import { describe, expect, it } from '@jest/globals';
import { isLabelKey, isLabelValue } from './label-syntax.ts';

describe('the value of a label', () => {
  it.each(['', 'a', 'A1', 'c1.large', 'a_b-c.d', 'a'.repeat(63)])('may be %j', (value) => {
    expect(isLabelValue(value)).toBe(true);
  });

  it.each([
    ' ',
    'Small HD 4GB',
    '可用区 A',
    '-a',
    'a-',
    '.a',
    'a_',
    'a/b',
    'a\n',
    'é',
    'a'.repeat(64),
  ])('may not be %j', (value) => {
    expect(isLabelValue(value)).toBe(false);
  });
});

describe('the key of a label', () => {
  it.each(['a', 'A_b.c-D', 'example.com/a', 'x/a', `${'a.'.repeat(126)}a/${'a'.repeat(63)}`])(
    'may be %j',
    (key) => {
      expect(isLabelKey(key)).toBe(true);
    },
  );

  it.each([
    '',
    '/a',
    'example.com/',
    'Example.com/a',
    'example..com/a',
    '-example.com/a',
    'example_com/a',
    'a/b/c',
    'bad key',
    'a'.repeat(64),
    `${'a.'.repeat(127)}a/a`,
  ])('may not be %j', (key) => {
    expect(isLabelKey(key)).toBe(false);
  });
});
