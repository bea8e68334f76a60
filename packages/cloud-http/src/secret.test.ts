import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { currentSecret, redact, Secret } from './secret.ts';

describe('Secret', () => {
  const secret = new Secret('hunter2!');

  it.each([
    ['string', secret.toString()],
    ['JSON', JSON.stringify({ secret })],
    ['inspection', inspect({ secret })],
    ['concatenation', ['', secret].join('')],
    ['own properties', JSON.stringify(Object.entries(secret))],
  ])('does not show in its %s form', (_form, text) => {
    expect(text).not.toContain('hunter2!');
  });

  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe('hunter2!');
  });
});

describe('currentSecret', () => {
  it('asks a function each time, so that a rotated secret is picked up', async () => {
    const values = ['first', 'second'];
    const source = () => Promise.resolve(new Secret(values.shift() ?? ''));
    expect((await currentSecret(source)).reveal()).toBe('first');
    expect((await currentSecret(source)).reveal()).toBe('second');
  });
});

describe('redact', () => {
  it('cuts every secret out of a text, wherever it stands', () => {
    const secrets = [new Secret('sesame'), new Secret('tok/en')];
    expect(redact('sesame, open; tok/en=sesame', secrets)).toBe(
      '[redacted], open; [redacted]=[redacted]',
    );
  });

  it('leaves the text whole where a secret is too short to hide anything', () => {
    expect(redact('a banana', [new Secret('a'), new Secret('')])).toBe('a banana');
  });
});
