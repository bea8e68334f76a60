import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readYaml } from './read-yaml.ts';
import { yamlForms } from './testing/yaml-forms.ts';
import type { JsonValue } from './testing/yaml-forms.ts';
import { yamlValue } from './yaml-node.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii' }),
  fc.constantFrom(
    'yes',
    'null',
    '1e5',
    '~',
    '<<',
    '0x1F',
    'a: b',
    '- a',
    '#',
    '文字',
    'a\nb',
    '\t',
  ),
);

const { section } = fc.letrec<{ value: JsonValue; section: Record<string, JsonValue> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('section'),
  ),
  section: fc.dictionary(text, tie('value'), { maxKeys: 5 }),
}));

describe('readYaml', () => {
  it('reads the same from block and flow style, anchors, merges and JSON', async () => {
    await fc.assert(
      fc.asyncProperty(section, async (value) => {
        const expected: unknown = JSON.parse(JSON.stringify(value));
        for (const [form, written] of Object.entries(yamlForms(value))) {
          const { root, problems } = await readYaml(written);
          const read = root === undefined ? {} : yamlValue(root);
          const { 'x-anchors': _, ...rest } = read as Record<string, unknown>;
          expect({ form, problems, rest }).toEqual({ form, problems: [], rest: expected });
        }
      }),
    );
  });

  it('never throws, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.string({ unit: fc.constantFrom(...Array.from('ab:-[]{}&*!|>\'"%@#,? \n\t<~1.0')) }),
        ),
        async (input) => {
          const { root, problems } = await readYaml(input);
          expect(root === undefined || problems.length === 0).toBe(true);
        },
      ),
    );
  });
});
