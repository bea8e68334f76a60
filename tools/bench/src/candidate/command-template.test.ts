import { describe, expect, it } from '@jest/globals';
import { fillCommand } from './command-template.ts';

const places = { kubeconfig: '/tmp/a b/k', cloudConfig: '/c', port: '81' };

describe('fillCommand', () => {
  it.each([
    ['peer', ['peer']],
    ['  peer\t--v=1  ', ['peer', '--v=1']],
    [
      'peer --kubeconfig={kubeconfig} {cloudConfig} :{port}/{port}',
      ['peer', '--kubeconfig=/tmp/a b/k', '/c', ':81/81'],
    ],
    [`'my peer' --a="b c"d ''`, ['my peer', '--a=b cd', '']],
    [`"it's {port}"`, ["it's 81"]],
  ])('reads %j', (template, expected) => {
    expect(fillCommand(template, places)).toEqual(expected);
  });

  it.each([
    ['', 'the command is empty'],
    ['a "b', 'no closing "'],
    ['a {b}', 'no {b}, only {kubeconfig}, {cloudConfig}, {port}'],
  ])('refuses %j', (template, message) => {
    expect(() => fillCommand(template, places)).toThrow(message);
  });
});
