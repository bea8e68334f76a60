import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { apiErrorFromResponse } from '../errors/api-error.ts';
import { authSecrets } from './api-identity.ts';

const token = `eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.${'c2lnbmF0dXJl'.repeat(60)}`;
const basic = Buffer.from('joe:hunter2-and-more').toString('base64');

describe('authentication secrets', () => {
  it.each([
    ['a token', { authorization: `Bearer ${token}` }, [token]],
    [
      'a password',
      { authorization: `Basic ${basic}` },
      [basic, 'joe:hunter2-and-more', 'hunter2-and-more'],
    ],
    ['nothing', { 'user-agent': 'ccm' }, []],
  ])('include %s', (_, headers, secrets) => {
    expect(authSecrets(headers)).toEqual(secrets);
  });

  it.each([
    ['the page of a proxy', (text: string) => `<html>${text}</html>`],
    ['a message', (message: string) => JSON.stringify({ kind: 'Status', message })],
    [
      'a detail',
      (message: string) =>
        JSON.stringify({ kind: 'Status', details: { causes: [{ message }] }, message: 'no' }),
    ],
  ])('are redacted from a response, wherever its text is cut: %s', (_, body) => {
    const secrets = authSecrets({ authorization: `Bearer ${token}` });
    for (let pad = 0; pad < 220; pad += 1) {
      const text = body(`${'x'.repeat(pad)} authorization=Bearer%20${token} `);
      const call = { method: 'GET', path: '/', httpStatus: 401, secrets };
      const shown = inspect(apiErrorFromResponse(text, call), { depth: 9 });
      for (let at = 0; at + 8 <= token.length; at += 8) {
        expect(shown).not.toContain(token.slice(at, at + 8));
      }
    }
  });
});
