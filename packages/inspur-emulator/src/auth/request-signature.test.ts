import { describe, expect, it } from '@jest/globals';
import { requestSignature } from './request-signature.ts';

// The expected values were computed by a separate program in another language, written from
// inspur-api.md#access-key-signature.
describe('requestSignature', () => {
  it.each([
    [
      'GET',
      '/ecs/',
      [],
      '',
      'n-1',
      'sha256',
      'N2FlNjhkMzkyODJjNzY0M2Q1YzMxOGFmNDQ0OTM5NGU5ZGU1MjlmNmQ3ZGJjZjkzOWYzZjg1OTczNmMyOWIwZA==',
    ],
    [
      'DELETE',
      '/s/l/members',
      [
        ['b', '["x y"]'],
        ['a', 'ü'],
      ],
      '',
      'n-2',
      'sha1',
      'MzA4MmI2N2Q1ZTZkZDY0YjVkMmE3ZmQ2YjZmNTY0MjZlODQyNWIwMw==',
    ],
    ['POST', '/s/l/', [], '{"a":1}', 'n-3', 'md5', 'NTA5ZTEzMjFiNTI0YzFmMmNjYTFjMDJiN2MxOTA1Mzc='],
  ] as const)(
    '%s %s with %j and body %s',
    (method, path, parameters, body, nonce, algorithm, expected) => {
      const request = { method, path, parameters, body, time: '1700000000000', nonce };
      expect(requestSignature(request, 'sk', algorithm)).toBe(expected);
    },
  );
});
