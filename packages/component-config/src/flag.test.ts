import { describe, expect, it } from '@jest/globals';
import {
  boolFlag,
  choiceFlag,
  durationFlag,
  floatFlag,
  intFlag,
  listFlag,
  stringFlag,
} from './flag.ts';
import type { Flag } from './flag.ts';

const facts = { section: 'generic', doc: '' } as const;
const text: Flag<unknown> = stringFlag({ ...facts, default: '' });
const bool: Flag<unknown> = boolFlag({ ...facts, default: false });
const port: Flag<unknown> = intFlag({ ...facts, default: 0, min: 0, max: 65_535 });
const rate: Flag<unknown> = floatFlag({ ...facts, default: 0, min: 0 });
const period: Flag<unknown> = durationFlag({ ...facts, default: 0 });
const pause: Flag<unknown> = durationFlag({ ...facts, default: 0, range: 'or-zero' });
const anyPause: Flag<unknown> = durationFlag({ ...facts, default: 0, range: 'any' });
const list: Flag<unknown> = listFlag({ ...facts, default: [] });
const format: Flag<unknown> = choiceFlag({ ...facts, default: 'text', words: ['text', 'json'] });

describe('a flag', () => {
  it.each<[kind: string, flag: Flag<unknown>, text: string, value: unknown]>([
    ['string', text, '', ''],
    ['string', text, 'a=b', 'a=b'],
    ['bool', bool, 'true', true],
    ['bool', bool, '0', false],
    ['bool', bool, 'yes', undefined],
    ['int', port, '10258', 10_258],
    ['int', port, '65536', undefined],
    ['int', port, '-1', undefined],
    ['int', port, '1.5', undefined],
    ['int', port, '', undefined],
    ['float', rate, '0.5', 0.5],
    ['float', rate, '-0.5', undefined],
    ['float', rate, ' ', undefined],
    ['float', rate, 'Infinity', undefined],
    ['duration', period, '1m30s', 90_000],
    ['duration', period, '0s', undefined],
    ['duration', period, '15', undefined],
    ['duration', period, '-1s', undefined],
    ['duration or zero', pause, '0s', 0],
    ['duration or zero', pause, '0', 0],
    ['duration or zero', pause, '-1s', undefined],
    ['any duration', anyPause, '-1s', -1000],
    ['any duration', anyPause, '0', 0],
    ['any duration', anyPause, '1', undefined],
    ['list', list, 'a,-b, *', ['a', '-b', '*']],
    ['list', list, '', []],
    ['choice', format, 'json', 'json'],
    ['choice', format, 'JSON', undefined],
  ])('of kind %s reads %s', (_kind, flag, given, value) => {
    expect(flag.parse(given)).toEqual(value);
  });

  it.each<[flag: Flag<unknown>, allowed: string]>([
    [port, 'a whole number between 0 and 65535'],
    [rate, 'a number not below 0'],
    [period, 'a duration above zero, such as 15s or 1m30s'],
    [pause, 'a duration not below zero, such as 15s or 1m30s'],
    [anyPause, 'a duration, such as 15s or 1m30s'],
    [format, '"text" or "json"'],
  ])('says what it allows: %#', (flag, allowed) => {
    expect(flag.allowed).toBe(allowed);
  });
});
