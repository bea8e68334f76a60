import { describe, expect, it } from '@jest/globals';
import { boolFlag, intFlag, listFlag, stringFlag } from './flag.ts';
import { parseFlags } from './parse-flags.ts';

const section = 'generic';
const table = {
  'cluster-name': stringFlag({ default: 'kubernetes', section, doc: '' }),
  'leader-elect': boolFlag({ default: true, section, doc: '' }),
  controllers: listFlag({ default: ['*'], section, doc: '' }),
  syncs: intFlag({ default: 1, min: 1, section, doc: '' }),
  v: intFlag({ default: 0, section, doc: '', short: 'v' }),
  help: boolFlag({ default: false, section, doc: '', short: 'h' }),
};
const parse = (...argv: string[]) => parseFlags(table, { program: 'ccm', argv });

describe('parseFlags', () => {
  it.each([
    { argv: ['--cluster-name=east'], values: { 'cluster-name': 'east' } },
    { argv: ['--cluster-name', 'east'], values: { 'cluster-name': 'east' } },
    { argv: ['-cluster-name=east'], values: { 'cluster-name': 'east' } },
    { argv: ['--cluster_name=a_b=c'], values: { 'cluster-name': 'a_b=c' } },
    { argv: ['--cluster-name='], values: { 'cluster-name': '' } },
    { argv: ['--cluster-name=a', '--cluster-name=b'], values: { 'cluster-name': 'b' } },
    { argv: ['--leader-elect'], values: { 'leader-elect': true } },
    { argv: ['--leader-elect=false'], values: { 'leader-elect': false } },
    { argv: ['-v=4'], values: { v: 4 } },
    { argv: ['-v', '4'], values: { v: 4 } },
    { argv: ['--v=4'], values: { v: 4 } },
    { argv: ['-v4'], values: { v: 4 } },
    { argv: ['-v10'], values: { v: 10 } },
    { argv: ['-h'], values: { help: true } },
    { argv: ['-h=false'], values: { help: false } },
    { argv: ['-hv4'], values: { v: 4, help: true } },
    { argv: ['-hv=4'], values: { v: 4, help: true } },
    { argv: ['-hv', '4'], values: { v: 4, help: true } },
    { argv: ['--controllers=a,-b'], values: { controllers: ['a', '-b'] } },
    { argv: ['--controllers', '-b'], values: { controllers: ['-b'] } },
    { argv: ['--controllers=a', '--controllers=b'], values: { controllers: ['a', 'b'] } },
    { argv: ['--controllers='], values: { controllers: [] } },
    { argv: ['--syncs=5', '--'], values: { syncs: 5 } },
  ])('reads $argv', ({ argv, values }) => {
    const parsed = parse(...argv);
    expect(parsed.problems).toEqual([]);
    expect(parsed.values).toEqual({ ...parse().values, ...values });
    expect([...parsed.given.keys()].toSorted()).toEqual(Object.keys(values).toSorted());
  });

  it('gives the defaults where nothing is given', () => {
    expect(parse().values).toEqual({
      'cluster-name': 'kubernetes',
      'leader-elect': true,
      controllers: ['*'],
      syncs: 1,
      v: 0,
      help: false,
    });
  });

  it.each([
    ['an unknown flag', ['--foo'], 'unknown flag --foo'],
    [
      'a misspelt flag',
      ['--cluster-nmae=x'],
      'unknown flag --cluster-nmae, did you mean --cluster-name?',
    ],
    ['a letter that is no flag', ['-hx'], 'unknown flag -hx'],
    [
      'a misspelt flag behind one dash',
      ['-cluster-nme=x'],
      'unknown flag -cluster-nme, did you mean --cluster-name?',
    ],
    ['a letter without its value', ['-hv'], '--v needs a value: allowed is a whole number'],
    ['a letter with a bad value', ['-v=x'], '--v cannot be "x": allowed is a whole number'],
    ['two dashes before a letter with its value', ['--v4'], 'unknown flag --v4, did you mean --v?'],
    ['a bad value', ['--syncs=0'], '--syncs cannot be "0": allowed is a whole number not below 1'],
    [
      'a missing value',
      ['--syncs'],
      '--syncs needs a value: allowed is a whole number not below 1',
    ],
    [
      'a bad bool',
      ['--leader-elect=no'],
      '--leader-elect cannot be "no": allowed is true or false',
    ],
    ['arguments', ['run', '-'], '"ccm" does not take any arguments, got ["run","-"]'],
    ['arguments after --', ['--', '--syncs'], '"ccm" does not take any arguments, got ["--syncs"]'],
    [
      'a value apart from its bool',
      ['--leader-elect', 'false'],
      '"ccm" does not take any arguments, got ["false"]',
    ],
  ])('says what is wrong with %s', (_what, argv, text) => {
    expect(parse(...argv).problems.map((problem) => problem.text)).toEqual([text]);
  });

  it('finds every problem, and the flags that they are about', () => {
    const { problems } = parse('--cluster-nmae=x', '--syncs=many', '--foo', 'bar');
    expect(problems.map(({ flag }) => flag)).toEqual([
      'cluster-name',
      'syncs',
      undefined,
      undefined,
    ]);
  });
});
