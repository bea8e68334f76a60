import { describe, expect, it } from '@jest/globals';
import { scalarValue } from './yaml-scalar.ts';

const plain = (text: string) => scalarValue({ text, isPlain: true })?.value;
const tagged = (tag: string, text: string) =>
  scalarValue({ text, isPlain: true, tag: `tag:yaml.org,2002:${tag}` });

const each = <Value>(words: string, value: Value) =>
  words.split(' ').map((word) => [word, value] as const);
const texts =
  '2001-01-01 12:30:45 . - 1e _1 0x 1e400 0b + 1.2.3 yEs nULL truth 10.0.0.1:6443 0o8 Infinity .5.'.split(
    ' ',
  );

// What kubectl 1.36 makes of each, as its own decoder (sigs.k8s.io/yaml 1.6) printed it.
describe('scalarValue', () => {
  it.each([
    ...each('y Y yes Yes YES true True TRUE on On ON', true),
    ...each('n N no No NO false False FALSE off Off OFF', false),
    ...each('~ null Null NULL', null),
    ['', null],
    ...texts.map((text) => [text, text] as const),
    ['123', 123],
    ['+1', 1],
    ['-7', -7],
    ['0123', 83],
    ['0o17', 15],
    ['08', 8],
    ['0_8', 8],
    ['0x1F', 31],
    ['-0b11', -3],
    ['+0b1', 1],
    ['1_000', 1000],
    ['1__0', 10],
    ['99999999999999999999999', 1e23],
    ['1e5', 100_000],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.Inf', Number.NEGATIVE_INFINITY],
    ['.NaN', Number.NaN],
  ])('reads %j without quotes as %j', (text, value) => {
    expect(plain(text)).toBe(value);
  });

  it.each(['yes', '123', '~', '', '1e5'])('reads %j in quotes as a text', (text) => {
    expect(scalarValue({ text, isPlain: false })).toEqual({ value: text });
  });

  it.each([
    ['str', '123', '123'],
    ['bool', 'yes', true],
    ['int', '0x10', 16],
    ['float', '1', 1],
    ['null', '~', null],
    ['binary', 'aGVsbG8=', 'hello'],
    ['timestamp', '2001-01-01', '2001-01-01'],
  ])('obeys the tag !!%s', (tag, text, value) => {
    expect(tagged(tag, text)).toEqual({ value });
  });

  it.each([
    ['bool', 'maybe'],
    ['int', 'abc'],
    ['int', '1e3'],
    ['int', '.inf'],
    ['float', 'yes'],
    ['null', 'x'],
    ['binary', 'no base64!'],
  ])('refuses what does not fit the tag !!%s', (tag, text) => {
    expect(tagged(tag, text)).toBeUndefined();
  });

  it('takes a tag that only its author knows for a text', () => {
    expect(scalarValue({ text: '123', isPlain: true, tag: '!mine' })).toEqual({ value: '123' });
  });
});
