import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { optionInteger, optionSwitch, optionText, optionWord } from './option-codecs.ts';
import { optionsJsonSchema, optionsTable } from './option-docs.ts';
import { OptionError } from '@k8s-ccm/cloud-provider';
import { defineOption, OptionRegistry } from './option-registry.ts';

const registry = new OptionRegistry({
  prefixes: ['lb.example.com/'],
  definitions: {
    rule: defineOption({
      key: 'lb.example.com/forward-rule',
      codec: optionWord({ RR: 'RR', WRR: 'WRR', WR: 'WRR' }),
      default: 'RR',
      doc: 'How a member | is chosen.',
      since: '0.1.0',
    }),
    period: defineOption({
      key: 'lb.example.com/period',
      codec: optionInteger({ min: 1, max: 60 }),
      default: 30,
      doc: 'Seconds.',
      since: '0.1.0',
    }),
    check: defineOption({
      key: 'lb.example.com/check',
      codec: optionSwitch,
      default: false,
      doc: 'Switches checks on.',
      since: '0.1.0',
    }),
    id: defineOption({
      key: 'lb.example.com/id',
      olderKeys: ['lb.example.com/old-id'],
      codec: optionText({ pattern: /^[a-z0-9-]*$/, allowed: 'an id' }),
      default: '',
      doc: 'Which.',
      since: '0.1.0',
    }),
  },
});

function errorOf(annotations: Record<string, string>): OptionError | undefined {
  try {
    registry.parse(annotations);
    return undefined;
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
}

describe('OptionRegistry', () => {
  it('gives the defaults where nothing is set', () => {
    expect(registry.parse(undefined)).toEqual({
      values: { rule: 'RR', period: 30, check: false, id: '' },
      keys: {},
      notices: [],
    });
  });

  it('puts the caller’s defaults before its own, and annotations before both', () => {
    const defaults = { period: 5, rule: 'WRR' } as const;
    const { values } = registry.parse({ 'lb.example.com/forward-rule': 'RR' }, { defaults });
    expect(values).toMatchObject({ period: 5, rule: 'RR' });
  });

  it('reads values, aliases and spaces around them', () => {
    const { values, notices } = registry.parse({
      'lb.example.com/forward-rule': ' WR ',
      'lb.example.com/period': '7',
      'lb.example.com/check': 'True',
      'lb.example.com/old-id': 'x-1',
      'other.example.org/period': 'nobody reads it',
    });
    expect(values).toEqual({ rule: 'WRR', period: 7, check: true, id: 'x-1' });
    expect(notices).toEqual([]);
  });

  it('says which annotation a value came from', () => {
    const { keys } = registry.parse({ 'lb.example.com/old-id': 'x', 'lb.example.com/period': '1' });
    expect(keys).toEqual({ id: 'lb.example.com/old-id', period: 'lb.example.com/period' });
  });

  it('reads one option whatever stands in the others', () => {
    const annotations = { 'lb.example.com/old-id': 'x', 'lb.example.com/period': 'never' };
    expect(registry.parseOne('id', annotations)).toEqual({
      key: 'lb.example.com/old-id',
      value: 'x',
    });
    expect(registry.parseOne('id', {})).toEqual({ key: undefined, value: '' });
    expect(() => registry.parseOne('period', annotations)).toThrow(OptionError);
  });

  it('reports every bad value at once, with what is allowed', () => {
    const error = errorOf({
      'lb.example.com/period': '61',
      'lb.example.com/check': 'yes',
      'lb.example.com/old-id': 'A B',
    });
    expect(error?.problems).toEqual([
      { key: 'lb.example.com/period', value: '61', allowed: 'a whole number from 1 to 60' },
      { key: 'lb.example.com/check', value: 'yes', allowed: '"true", "1", "false", "0"' },
      { key: 'lb.example.com/old-id', value: 'A B', allowed: 'an id' },
    ]);
  });

  it.each(['1e3', '0x10', '-1', '', ' ', '1.0', '٣', '99999999999999999999'])(
    'takes %p for no number',
    (value) => {
      expect(() => registry.parse({ 'lb.example.com/period': value })).toThrow(OptionError);
    },
  );

  it('lets the newer key win and says so', () => {
    const { values, notices } = registry.parse({
      'lb.example.com/id': 'new',
      'lb.example.com/old-id': 'old',
    });
    expect(values.id).toBe('new');
    expect(notices).toEqual([
      {
        key: 'lb.example.com/old-id',
        message:
          'annotation "lb.example.com/old-id" is ignored, because "lb.example.com/id" is set too; remove one of them',
      },
    ]);
  });

  it.each([
    ['lb.example.com/forwardrule', '; did you mean "lb.example.com/forward-rule"?'],
    ['lb.example.com/zzzzzzzzzzzzzzzzzzzzzz', ''],
    ['lb.exmaple.com/period', '; did you mean "lb.example.com/period"?'],
  ])('reports the misspelt %s', (key, hint) => {
    expect(registry.parse({ [key]: '1' }).notices).toEqual([
      { key, message: `annotation "${key}" is not known and is ignored${hint}` },
    ]);
  });

  it('leaves what is not ours alone', () => {
    const foreign = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'a/b': 'c' };
    expect(registry.parse(foreign).notices).toEqual([]);
  });

  it('gives allowed values or an OptionError for whatever is written', () => {
    const keys = Object.values(registry.definitions).map(({ key }) => key);
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('RR', '5', '0', 'true'));
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), texts),
        (annotations) => {
          const problems = errorOf(annotations)?.problems;
          const { values } = registry.parse(problems === undefined ? annotations : {});
          expect(problems?.length).not.toBe(0);
          expect(['RR', 'WRR']).toContain(values.rule);
          expect(values.period).toBeGreaterThanOrEqual(1);
          expect(values.period).toBeLessThanOrEqual(60);
          expect(values.id).toMatch(/^[a-z0-9-]*$/);
        },
      ),
    );
  });

  it('describes itself as a table', () => {
    expect(optionsTable(registry.definitions)).toContain(
      '| `lb.example.com/forward-rule` | How a member \\| is chosen. | "RR", "WRR", "WR" | `RR` | 0.1.0 |',
    );
    expect(optionsTable(registry.definitions)).toContain('Older key: `lb.example.com/old-id`.');
  });

  it('describes itself as a JSON schema', () => {
    expect(optionsJsonSchema(registry.definitions)).toMatchObject({
      type: 'object',
      properties: {
        'lb.example.com/forward-rule': { enum: ['RR', 'WRR', 'WR'] },
        'lb.example.com/old-id': { deprecated: true },
      },
    });
  });
});
