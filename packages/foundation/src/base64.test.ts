import { describe, expect, it } from '@jest/globals';
import { decodeBase64 } from './base64.ts';

describe('decodeBase64', () => {
  it.each([
    ['aGVsbG8=', 'hello'],
    ['aGVs\nbG8=\r\n', 'hello'],
    ['', ''],
  ])('decodes %j', (text, expected) => {
    expect(decodeBase64(text)?.toString()).toBe(expected);
  });

  it.each(['hello world', 'aGVsbG8', 'aGVsbG8_', ' aGVsbG8=', 'aGVs bG8=', '====', 'a===', 'a=b='])(
    'refuses %j, which Go refuses',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});
