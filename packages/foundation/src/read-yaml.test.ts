import { describe, expect, it } from '@jest/globals';
import { fileProblemText } from './file-problem.ts';
import { readYaml } from './read-yaml.ts';
import type { ReadYamlOptions } from './read-yaml.ts';
import { yamlKind, yamlLine, yamlValue } from './yaml-node.ts';

/** One of many lists, each with ten aliases of the one before. */
function level(i: number): string {
  return `a${i}: &a${i} [${Array(10)
    .fill(`*a${i - 1} `)
    .join(',')}]\n`;
}

async function valueOf(input: string | Uint8Array, options?: ReadYamlOptions): Promise<unknown> {
  const { root, problems } = await readYaml(input, options);
  expect(problems).toEqual([]);
  return root && yamlValue(root);
}

async function problemsOf(input: string | Uint8Array): Promise<readonly string[]> {
  const { root, problems } = await readYaml(input);
  expect(root).toBeUndefined();
  return problems.map((problem) => fileProblemText('f', problem));
}

// What kubectl 1.36 reads, as its own decoder printed it.
describe('readYaml', () => {
  it.each([
    ['a merge key', 'x: &x {a: 1, b: 2}\nv:\n  <<: *x\n  b: 3\n', { a: 1, b: 3 }],
    ['a merge key after the keys, which then counts', 'v: {a: 1, <<: {a: 2}}', { a: 2 }],
    [
      'a list of merges, of which the first counts',
      'v: {<<: [{a: 1}, {a: 2, b: 3}]}',
      { a: 1, b: 3 },
    ],
    ['a merge inside of a merge', 'x: &x {<<: {a: 1}}\nv: {<<: *x}', { a: 1 }],
    ['a merge key in quotes, which is a key', 'v: {"<<": {a: 1}}', { '<<': { a: 1 } }],
    ['an anchor that is set again', 'a: &x 1\nb: &x 2\nv: *x', 2],
    ['an anchor inside of flow style', 'x: [&x {a: 1}]\nv: [*x , *x ]', [{ a: 1 }, { a: 1 }]],
    ['brackets that are closed at the margin', 'v: [\n  1,\n  2\n]\n', [1, 2]],
    ['keys that are no texts', 'v: {1: a, yes: b, 1.5: c}', { 1: 'a', true: 'b', 1.5: 'c' }],
    ['a URL in flow style', 'v: {server: https://x.test:6443}', { server: 'https://x.test:6443' }],
    ['a key in quotes without a space', 'v: {"a":"b"}', { a: 'b' }],
    ['the line ends of Windows', 'v:\r\n  a: b\r\n', { a: 'b' }],
    ['a text over two lines', 'v: one\n  two\n', 'one two'],
    ['the words of YAML 1.1', 'v: [yes, off, ~]', [true, false, null]],
    ['a directive', '%YAML 1.1\n---\nv: 1', 1],
    ['a trailing marker', 'v: 1\n---\n', 1],
    ['trailing dots', 'v: 1\n...\n', 1],
    ['trailing empty documents', 'v: 1\n---\n---\n# nothing\n...\n', 1],
    ['empty documents in front', '---\n---\nv: 1\n', 1],
    ['JSON with a byte order mark', '\uFEFF{"v": 1}', 1],
    ['JSON with tabs', '{\n\t"v": [\n\t\t1\n\t]\n}', [1]],
    ['an escaped slash, as some write JSON', '{"v": "a\\/b\\u00e9"}', 'a/bé'],
  ])('reads %s', async (_, text, v) => {
    expect(await valueOf(text)).toMatchObject({ v });
  });

  it('reads UTF-16, as Windows writes it', async () => {
    expect(await valueOf(Buffer.from('\uFEFFv: ä\r\n', 'utf16le'))).toEqual({ v: 'ä' });
  });

  it.each(['', '\n', '# nothing\n', '---\n', '---\n...\n---\n', '\uFEFF'])(
    'finds nothing in %j',
    async (text) => {
      expect(await readYaml(text)).toEqual({ root: undefined, problems: [], warnings: [] });
    },
  );

  it.each([
    [
      'v: *nowhere',
      'f:1: v: found an alias of an anchor that is not set before it; allowed: an alias of an anchor before it',
    ],
    [
      'a: 1\nv: &v [*v ]',
      'f:2: v[0]: found an alias inside of what it stands for; allowed: an alias of an anchor before it',
    ],
    [
      'v:\n- a:\n    <<: 5',
      'f:3: v[0].a.<<: found a number; allowed: a section, an alias of one, or a list of them',
    ],
    [
      'v: {<<: [1]}',
      'f:1: v.<<: found a number; allowed: a section, an alias of one, or a list of them',
    ],
    [
      'a: 1\nv: [1,',
      'f:2: found a bracket that is not closed, or lines inside of it without indentation; allowed: YAML or JSON',
    ],
    [
      '{"v": [1}',
      'f:1: found a bracket that is not closed, or lines inside of it without indentation; allowed: YAML or JSON',
    ],
    [
      'v: !!int abc',
      'f:1: v: found a text that does not fit its tag !!int; allowed: a value of that kind',
    ],
    ['v:\n  ? [a]\n  : b', 'f:2: v: found a list as a key; allowed: a text as a key'],
    ['v:\n  ~: b', 'f:2: v: found nothing as a key; allowed: a text as a key'],
    ['v: 1\nv: 2', 'f:2: v: found a key that is set twice; allowed: each key once'],
    ['v: {a: {b: 1, b: 2}}', 'f:1: v.a.b: found a key that is set twice; allowed: each key once'],
    ['v: 1\n---\nv: 2', 'f:2: found a second document; allowed: one document'],
    ['v: 1\n...\n{ [ :', 'f:3: found a second document; allowed: one document'],
    ['v:\n\ta: 1', 'f:2: found a tab as indentation; allowed: YAML or JSON'],
    [
      'v: "\0"',
      'f:1: found the control character U+0000; allowed: text without control characters',
    ],
    [
      'a: 1\r\nv: \x1b[1m',
      'f:2: found the control character U+001B; allowed: text without control characters',
    ],
  ])('says of %j what is wrong, and where', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it('names the line of bytes that are no text', async () => {
    expect(await problemsOf(Buffer.from('a: 1\nv: \xe4', 'latin1'))).toEqual([
      'f:2: found bytes that are no text; allowed: UTF-8',
    ]);
  });

  it.each([
    'a: "s3cret',
    'a: *s3cret',
    'a: !!int s3cret',
    's3cret: [',
    '{"a": s3cret"',
    '- s3cret: x\n z',
  ])('shows nothing of the values of %j', async (text) => {
    const problems = await problemsOf(text);
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toContain('s3cret');
  });

  it('refuses aliases that unfold to more than a machine can hold', async () => {
    const bomb = `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, i) => level(i + 1)).join('')}`;
    expect(await problemsOf(bomb)).toEqual([
      'f:1: found aliases that unfold to too much; allowed: 200000 values',
    ]);
  });

  describe('where kubectl reads on', () => {
    it('lets the last of two values count, and warns', async () => {
      const { root, problems, warnings } = await readYaml('a: 1\na: 2\n', { lenient: true });
      expect(root && yamlValue(root)).toEqual({ a: 2 });
      expect(problems).toEqual([]);
      expect(warnings.map((each) => fileProblemText('f', each))).toEqual([
        'f:2: a: found a key that is set twice; allowed: each key once',
      ]);
    });

    it('reads the first document only, whatever follows, and warns', async () => {
      const { root, warnings } = await readYaml('a: 1\n---\n{ [ :', { lenient: true });
      expect(root && yamlValue(root)).toEqual({ a: 1 });
      expect(warnings.map((each) => fileProblemText('f', each))).toEqual([
        'f:2: found a second document; allowed: one document',
      ]);
    });
  });

  it('knows the line of each value', async () => {
    const { root } = await readYaml('a:\n  b:\n  - c\n  - d: &d\n      e: 1\nf: *d\n');
    expect(yamlLine(root, ['a'])).toBe(1);
    expect(yamlLine(root, ['a', 'b', '0'])).toBe(3);
    expect(yamlLine(root, ['a', 'b', '1', 'd', 'e'])).toBe(5);
    expect(yamlLine(root, ['a', 'b', 'missing'])).toBe(2);
    expect(yamlLine(root, ['f'])).toBe(6);
    expect(yamlLine(root, ['f', 'e'])).toBe(5);
    expect(yamlLine(undefined, ['a'])).toBe(1);
  });

  it.each([
    ['[]', 'a list'],
    ['{}', 'a section'],
    ['5', 'a number'],
    ['yes', 'a boolean'],
    ['"yes"', 'a text'],
    ['""', 'an empty text'],
    ['~', 'nothing'],
  ])('names the kind of %s without showing it', async (text, kind) => {
    const { root } = await readYaml(`a: ${text}`);
    expect(yamlKind(root?.kind === 'section' ? root.entries.get('a')?.value : root)).toBe(kind);
  });
});
