import { describe, expect, it } from '@jest/globals';
import { namedCertKeysFlag } from './named-cert-key.ts';

const flag = namedCertKeysFlag({ default: [], section: 'secure serving', doc: '' });

describe('a flag of named certificates', () => {
  it.each([
    ['', []],
    ['a.crt,a.key', [{ certFile: 'a.crt', keyFile: 'a.key', names: [] }]],
    [
      'a.crt,a.key:*.x.com,x.com;b.crt,b.key',
      [
        { certFile: 'a.crt', keyFile: 'a.key', names: ['*.x.com', 'x.com'] },
        { certFile: 'b.crt', keyFile: 'b.key', names: [] },
      ],
    ],
  ])('reads %j, and writes it so', (text, pairs) => {
    expect(flag.parse(text)).toEqual(pairs);
    expect(flag.format(pairs)).toBe(text);
  });

  it.each(['a.crt', 'a.crt,', 'a.crt,a.key,b', 'a.crt,a.key:', 'a.crt,a.key:x,,y', 'a.crt,a.key;'])(
    'refuses %j',
    (text) => {
      expect(flag.parse(text)).toBeUndefined();
    },
  );
});
