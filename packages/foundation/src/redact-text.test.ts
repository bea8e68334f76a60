import { describe, expect, it } from '@jest/globals';
import { redactText } from './redact-text.ts';

const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjY20ifQ.c2lnbmF0dXJl';

describe('redactText', () => {
  it('cuts every secret out of a text, wherever it stands', () => {
    expect(redactText('sesame, open; tok/en=sesame', ['sesame', 'tok/en'])).toBe(
      '[redacted], open; [redacted]=[redacted]',
    );
  });

  it('leaves the text whole where a secret is too short to hide anything', () => {
    expect(redactText('a banana', ['a', '', 'ban'])).toBe('a banana');
  });

  it('leaves nothing of a secret that holds another one', () => {
    expect(redactText('user:sesame', ['sesame', 'user:sesame'])).toBe('[redacted]');
  });

  it('cuts out the beginning of a secret that somebody else cut, from 16 characters on', () => {
    for (let length = 0; length <= token.length; length += 1) {
      const shown = redactText(`bad token ${token.slice(0, length)}…`, [token]);
      const beginning = length < 16 ? token.slice(0, length) : '[redacted]';
      expect(shown).toBe(`bad token ${beginning}…`);
    }
  });

  it('takes a long text with many beginnings in its stride', () => {
    const text = `${'eyJhbGciOiJSUzI1 '.repeat(20_000)}${token}`;
    expect(redactText(text, [token])).not.toContain('eyJh');
  });

  it.each([
    ['backslashes', '/a-secret', '\\'],
    ['spaces', ' a-secret', ' '],
  ])('takes a long run of %s in one pass', (_, secret, character) => {
    const run = character.repeat(100_000);
    expect(redactText(`${run}x${run}${secret}`, [secret])).toBe(`${run}x[redacted]`);
  });
});
