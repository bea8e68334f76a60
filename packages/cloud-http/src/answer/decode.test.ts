import { describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { decode, int } from './decode.ts';

const Listener = t.type({ id: t.string, port: int }, 'listener');
const Listeners = t.array(Listener, 'listeners');

function issuesOf(
  codec: t.Decoder<unknown, unknown>,
  value: unknown,
  options?: Parameters<typeof decode>[2],
) {
  const decoded = decode(codec, value, options);
  return decoded.ok ? [] : decoded.issues;
}

const withoutXs = (text: string): string => text.replace('x'.repeat(5000), '[redacted]');

describe('decode', () => {
  it('returns a valid value', () => {
    expect(decode(Listeners, [{ id: 'a', port: 80, more: 1 }])).toEqual({
      ok: true,
      value: [{ id: 'a', port: 80, more: 1 }],
    });
  });

  const good = { id: 'a', port: 80 };
  it.each([
    [[good, good, good, { id: 'a', port: '80' }], ['listeners.3.port: expected int, got "80"']],
    [[{ port: 80 }], ['listeners.0.id: expected string, got nothing']],
    [
      [{ id: null, port: 1.5 }],
      ['listeners.0.id: expected string, got null', 'listeners.0.port: expected int, got 1.5'],
    ],
    [{ code: 'x' }, ['listeners: expected listeners, got {"code":"x"}']],
    [undefined, ['listeners: expected listeners, got nothing']],
    [[7], ['listeners.0: expected listener, got 7']],
  ])('describes each problem in one line: %j', (value, expected) => {
    expect(issuesOf(Listeners, value)).toEqual(expected);
  });

  it('omits the steps of an intersection from the path', () => {
    const Both = t.intersection([Listener, t.partial({ name: t.string }, 'extras')], 'both');
    expect(issuesOf(t.array(Both, 'list'), [{ ...good, name: 5 }])).toEqual([
      'list.0.name: expected string, got 5',
    ]);
  });

  it('returns at most ten lines', () => {
    const issues = issuesOf(
      Listeners,
      Array.from({ length: 30 }, () => ({ id: 'a', port: 'x' })),
    );
    expect(issues).toHaveLength(10);
    expect(issues.at(-1)).toBe('and 21 more');
  });

  it('truncates long values', () => {
    expect(issuesOf(int, 'x'.repeat(5000))[0]?.length).toBeLessThan(120);
  });

  it('shows only the type of a value that may be a secret', () => {
    const Token = t.type({ access_token: t.string, list: t.string }, 'token');
    const answer = { access_token: { a: 'secret' }, list: ['secret'] };
    expect(issuesOf(Token, answer, { quote: false })).toEqual([
      'token.access_token: expected string, got object',
      'token.list: expected string, got array',
    ]);
  });

  it('quotes a value before truncating it', () => {
    const quote = withoutXs;
    expect(issuesOf(int, `${'x'.repeat(5000)} and more`, { quote })).toEqual([
      'int: expected int, got "[redacted] and more"',
    ]);
  });
});
