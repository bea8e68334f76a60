import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { redactText } from './redact-text.ts';
import { runs } from './testing/runs.ts';

/** How a secret may come back. */
const forms: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  JSON: inJson,
  'JSON in JSON': (secret) => inJson(inJson(secret)),
  'JSON as Go writes it': (secret) =>
    inJson(secret).replaceAll(/[&<>]/g, (sign) => unicodeEscape(sign)),
  'JSON with slashes escaped': (secret) => inJson(secret).replaceAll('/', String.raw`\/`),
  'ASCII JSON': (secret) =>
    inJson(secret).replaceAll(/[^\x20-\x7e]/g, (sign) => unicodeEscape(sign)),
  URL: encodeURIComponent,
  'URL with small letters': (secret) =>
    encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
  'URL in a URL': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  form: (secret) => new URLSearchParams({ secret }).toString().slice('secret='.length),
  'form in JSON': (secret) => inJson(new URLSearchParams({ secret }).toString().slice(7)),
  HTML: (secret) => secret.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  'HTML with names': (secret) =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;'),
};

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unicodeEscape(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const character = fc.constantFrom(...'abcXYZ019-._~+/=!"\'\\@:&<>%{} $^|é日'.split(''));
const secret = fc
  .string({ unit: character, minLength: 4, maxLength: 60 })
  .filter((text) => text.trim() === text);
const around = fc.string({ unit: fc.constantFrom(...'qwert ,."{}'.split('')), maxLength: 20 });

describe('a redacted text', () => {
  it.each(Object.entries(forms))('holds no secret that stands in it: %s', (_, form) => {
    fc.assert(
      fc.property(secret, around, around, (value, before, after) => {
        const text = `${before}${form(value)}${after}`;
        expect(redactText(text, [value])).toBe(`${before}[redacted]${after}`);
      }),
      { numRuns: runs(500) },
    );
  });

  it('is the text itself where no secret stands in it', () => {
    fc.assert(
      fc.property(
        secret,
        fc.string({ unit: fc.constantFrom(...'qwert ,.'.split('')) }),
        (value, text) => {
          expect(redactText(text, [`${value}~`])).toBe(text);
        },
      ),
    );
  });
});
