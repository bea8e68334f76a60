import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { currentSecret, redact, Secret, secretsIn } from './secret.ts';

describe('Secret', () => {
  const secret = new Secret('hunter2!');

  it.each([
    ['string', secret.toString()],
    ['JSON', JSON.stringify({ secret })],
    ['inspection', inspect({ secret })],
    ['concatenation', ['', secret].join('')],
    ['own properties', JSON.stringify(Object.entries(secret))],
  ])('does not appear in its %s form', (_form, text) => {
    expect(text).not.toContain('hunter2!');
  });

  it('returns its value on request', () => {
    expect(secret.reveal()).toBe('hunter2!');
  });
});

describe('currentSecret', () => {
  it('calls a function each time, so that a rotated secret takes effect', async () => {
    const values = ['first', 'second'];
    const source = () => Promise.resolve(new Secret(values.shift() ?? ''));
    expect((await currentSecret(source)).reveal()).toBe('first');
    expect((await currentSecret(source)).reveal()).toBe('second');
  });
});

describe('secretsIn', () => {
  it('returns the values of all fields with secret names, at any depth', () => {
    const answer = {
      access_token: 'a-token',
      expires_in: 300,
      data: [{ refreshToken: 'r-token', name: 'n', session_state: 's-state' }],
      error_description: 'shown',
    };
    const found = secretsIn(answer).map((secret) => secret.reveal());
    expect(found).toEqual(['a-token', 'r-token', 's-state']);
    for (const odd of [null, undefined, 'token', 7, []]) expect(secretsIn(odd)).toEqual([]);
  });
});

describe('redact', () => {
  it('removes secrets from a text', () => {
    expect(redact('token=hunter2%21', [new Secret('hunter2!')])).toBe('token=[redacted]');
  });
});
