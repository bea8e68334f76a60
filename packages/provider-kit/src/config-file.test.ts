import { describe, expect, it } from '@jest/globals';

import {
  configDuration,
  configInteger,
  configList,
  configText,
  configUrl,
  configWord,
} from './config-codecs.ts';
import { configJsonSchema, configTable } from './config-docs.ts';
import { ConfigError } from './config-error.ts';
import { parseConfigFile } from './config-file.ts';
import { configSection, defaulted, optional, required } from './config-section.ts';
import { describedCodec } from './described-codec.ts';

const secret = describedCodec({
  allowed: 'text',
  schema: { type: 'string' },
  secret: true,
  read: (value) => (typeof value === 'string' ? { value } : undefined),
});

const anything = describedCodec({ allowed: 'anything', schema: {}, read: (value) => value });

const codec = configSection({
  region: required(configText, 'Where.'),
  mode: defaulted(configWord(['fast', 'slow']), 'slow', 'How.'),
  login: required(
    configSection(
      { user: optional(configText, 'Who.'), key: optional(secret, 'With what.') },
      { exactlyOneOf: ['user', 'key'] },
    ),
    'Who.',
  ),
  http: defaulted(
    configSection({
      timeout: defaulted(configDuration({ minMs: 100, maxMs: 600_000 }), '20s', 'How long.'),
      concurrency: defaulted(configInteger({ min: 1, max: 100 }), 64, 'How many.'),
      url: optional(configUrl, 'Where to.'),
    }),
    {},
    'HTTP.',
  ),
  skip: defaulted(configList(configWord(['a', 'b'])), [], 'What not.'),
});

const parse = (text: string) => parseConfigFile(text, { source: 'test.yaml', codec });

async function problemsOf(text: string): Promise<string[]> {
  try {
    await parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('parseConfigFile', () => {
  it('gives values, defaults and absent keys', async () => {
    expect(await parse('region: r1\nlogin: { user: me }\n')).toEqual({
      region: 'r1',
      mode: 'slow',
      login: { user: 'me', key: undefined },
      http: { timeout: 20_000, concurrency: 64, url: undefined },
      skip: [],
    });
  });

  it('reads JSON, and a section without content as an absent one', async () => {
    expect(
      await parse('{"region": "r1", "login": {"key": "k"}, "http": {"timeout": "1m30s"}}'),
    ).toEqual(expect.objectContaining({ http: expect.objectContaining({ timeout: 90_000 }) }));
    expect((await parse('region: r1\nlogin: {user: me}\nhttp:\n')).http.timeout).toBe(20_000);
  });

  it.each([
    ['a merge key', 'x: &x {user: me}\nlogin: {<<: *x}\nregion: r1\n'],
    ['a byte order mark', '\uFEFFregion: r1\nlogin: {user: me}\n'],
    ['JSON with a byte order mark', '\uFEFF{"region": "r1", "login": {"user": "me"}}'],
    ['trailing markers', 'region: r1\nlogin: {user: me}\n---\n...\n'],
  ])('reads %s, as kubectl does', async (_, text) => {
    const withAnchors = configSection({ ...codec.fields, x: optional(anything, 'Anchors.') });
    const read = await parseConfigFile(text, { source: 'test.yaml', codec: withAnchors });
    expect(read).toMatchObject({ region: 'r1', login: { user: 'me' } });
  });

  it('reads a file as Windows writes it', async () => {
    const bytes = Buffer.from('\uFEFFregion: r1\r\nlogin: {user: me}\r\n', 'utf16le');
    expect(await parseConfigFile(bytes, { source: 'test.yaml', codec })).toMatchObject({
      region: 'r1',
    });
  });

  it('reports everything that is wrong at once, by line', async () => {
    const text = [
      'regoin: r1',
      'mode: quick',
      'login:',
      '  user: me',
      '  key: hunter2',
      'http:',
      '  timeout: 20',
      '  concurrency: many',
      '  url: ftp://x',
      'skip:',
      '  - a',
      '  - c',
    ].join('\n');
    expect(await problemsOf(text)).toEqual([
      'test.yaml:1: regoin: found an unknown key; allowed: one of region, mode, login, http, skip; did you mean "region"?',
      'test.yaml:1: region: found nothing; allowed: text',
      'test.yaml:2: mode: found "quick"; allowed: fast | slow',
      'test.yaml:3: login: found user and key; allowed: exactly one of user, key',
      'test.yaml:7: http.timeout: found 20; allowed: a duration from 100ms to 10m0s, like 20s, 1m30s or 500ms',
      'test.yaml:8: http.concurrency: found "many"; allowed: a whole number from 1 to 100',
      'test.yaml:9: http.url: found "ftp://x"; allowed: an http or https URL without query, fragment or user name',
      'test.yaml:12: skip.1: found "c"; allowed: a | b',
    ]);
  });

  it.each([
    ['', ['region: found nothing', 'login: found nothing']],
    ['just words', ['found a string; allowed: a section']],
    ['- 1\n- 2', ['found a list; allowed: a section']],
    ['region: 5\nlogin: {user: x}', ['region: found 5; allowed: text']],
    ['region: r\nlogin: {}', ['login: found none of them; allowed: exactly one of user, key']],
    ['region: r\nlogin: x', ['login: found a string; allowed: a section']],
    [
      'region: r\nregion: s\nlogin: {user: x}',
      ['test.yaml:2: region: found a key that is set twice; allowed: each key once'],
    ],
    ['region: r\n---\nregion: s', ['found a second document']],
    ['region: *nowhere', ['region: found an alias of an anchor that is not set before it']],
    ['region: [', ['allowed: YAML']],
  ])('explains %p', async (text, expected) => {
    const problems = await problemsOf(text);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((part, index) => expect(problems[index]).toContain(part));
  });

  it.each([
    'login: {key: 12345678}',
    'login: {key: [12345678]}',
    'login: 12345678',
    'login: [12345678]',
    'login:\n  key: "12345678\n',
    'login:\n  key: *12345678\n',
    'login:\n  key: !!12345678 12345678\n',
    'login:\n key:12345678\n user: x\n  z',
    'http: {url: "https://user:12345678@host/"}',
    'http: {url: "https://host/?token=12345678"}',
    '12345678',
    '%12345678\n---\n@12345678',
  ])('never shows what may be a secret: %p', async (text) => {
    const problems = await problemsOf(text);
    expect(problems.join('\n')).not.toContain('12345678');
    expect(problems).not.toEqual([]);
  });

  it('describes itself as a table and as a JSON schema', () => {
    expect(configTable(codec)).toBe(
      [
        '| key | meaning | allowed | default |',
        '| --- | --- | --- | --- |',
        '| `region` | Where. | text | required |',
        '| `mode` | How. | fast \\| slow | `slow` |',
        '| `login` | Who. | section with exactly one of `user`, `key` | required |',
        '| `login.user` | Who. | text | – |',
        '| `login.key` | With what. | text | – |',
        '| `http` | HTTP. | section | – |',
        '| `http.timeout` | How long. | a duration from 100ms to 10m0s, like 20s, 1m30s or 500ms | `20s` |',
        '| `http.concurrency` | How many. | a whole number from 1 to 100 | `64` |',
        '| `http.url` | Where to. | an http or https URL without query, fragment or user name | – |',
        '| `skip` | What not. | a list of: a \\| b | `[]` |',
        '',
      ].join('\n'),
    );
    expect(configJsonSchema(codec)).toMatchObject({
      required: ['region', 'login'],
      properties: {
        login: { oneOf: [{ required: ['user'] }, { required: ['key'] }] },
        http: { properties: { timeout: { default: '20s' } } },
      },
    });
  });
});
