import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { secretValues, shownOutput } from './shown-output.ts';

describe('shownOutput', () => {
  it.each([
    ['An error occurred:\n\tno such profile\n', 'An error occurred: no such profile'],
    ['\u001b[31mdenied\u001b[0m\r\n\u0007', 'denied'],
    ['', ''],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
    ['got eyJhbGciOi.eyJzdWIiOi.c2ln here', 'got [redacted] here'],
    ['token=hunter2 region=r', 'token=[redacted] region=r'],
    ['{"access_token": "hunter2", "region": "r"}', '{"access_token": [redacted], "region": "r"}'],
    ["client_secret: 'hunter2 and 3'", 'client_secret: [redacted]'],
    ['--api-key=hunter2', '--api-key=[redacted]'],
    ['PASSWORD=hunter2;x', 'PASSWORD=[redacted];x'],
    ['https://joe:hunter2@example.test/', 'https://[redacted]@example.test/'],
    ['-----BEGIN EC PRIVATE KEY-----\nhunter2\n', '[redacted]'],
  ])('shows %j as %j', (text, shown) => {
    expect(shownOutput(text, [])).toBe(shown);
  });

  it('shows the end of a long text', () => {
    const shown = shownOutput(`${'a '.repeat(1000)}the reason`, []);
    expect(shown).toHaveLength(501);
    expect(shown).toMatch(/^….* the reason$/);
  });

  it('shows no known secret, in any form and wherever the text is cut', () => {
    const secret = 'hun"ter/2 \u00e9?';
    const form = fc.constantFrom(
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    );
    fc.assert(
      fc.property(fc.string(), form, fc.nat({ max: 1200 }), (before, written, length) => {
        const shown = shownOutput(`${before}${written}${'x'.repeat(length)}`, [secret]);
        expect(shown).not.toMatch(/hun|ter/);
      }),
    );
  });
});

describe('secretValues', () => {
  it('finds secrets by the names of variables and flags', () => {
    const env = {
      AWS_SECRET_ACCESS_KEY: 'hunter-one',
      AWS_REGION: 'cn-north-3',
      PIN_TOKEN: '1',
      HOME: '/root',
      UNSET_TOKEN: undefined,
    };
    const args = [
      '--client-secret=hunter=two',
      '--password',
      'hunter-three',
      '--region',
      'eu-1234',
    ];
    expect(secretValues(env, args)).toEqual(['hunter-one', 'hunter=two', 'hunter-three']);
  });
});
