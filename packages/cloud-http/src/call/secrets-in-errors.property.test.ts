import { inspect } from 'node:util';
import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import * as t from 'io-ts';
import { MockAgent } from 'undici';
import { int } from '../answer/decode.ts';
import { CloudError } from '../answer/errors.ts';
import { Secret } from '../auth/secret.ts';
import { failureOf } from '../testing/failure-of.ts';
import { CloudClient } from './cloud-client.ts';

const Thing = t.type({ id: t.string, port: int }, 'thing');
const url = 'http://cloud.example/thing';
const token = `eyJhbGciOiJSUzI1NiJ9.${'c2lnbmF0dXJlLW9m/'.repeat(42)}+"&=end`;

/** Ways in which a cloud, or a server between, can echo a request. */
const answers: Readonly<Record<string, (text: string) => readonly [status: number, body: string]>> =
  {
    'a message': (text) => [400, JSON.stringify({ message: text })],
    'a code': (text) => [400, JSON.stringify({ code: text })],
    'a request id': (text) => [500, JSON.stringify({ requestId: text })],
    'a page': (text) => [502, `<html>${text}</html>`],
    'a text under a good status': (text) => [200, text],
    'broken JSON': (text) => [200, `{"id":${JSON.stringify(text)}`],
    'a wrong field': (text) => [200, JSON.stringify({ id: 'x', port: text })],
    'something else': (text) => [200, JSON.stringify([text])],
  };
const forms: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify({ authorization: `Bearer ${secret}` }),
  URL: encodeURIComponent,
};

/** Returns all parts of a text that are eight characters long. */
function partsOf(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8));
}

const secretParts = new Set([token, encodeURIComponent(token)].flatMap(partsOf));

/** Returns everything that an error shows. */
async function errorAfter(status: number, body: string): Promise<string> {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent.get('http://cloud.example').intercept({ path: '/thing' }).reply(status, body);
  const client = new CloudClient({
    dispatcher: agent,
    maxAttempts: 1,
    signer: { sign: async () => ({ headers: {}, secrets: [new Secret(token)] }) },
  });
  const request = { operation: 'GetThing', method: 'GET', url, answer: Thing } as const;
  const error = await failureOf(client.call(request));
  expect(error).toBeInstanceOf(CloudError);
  return `${String(error)} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`;
}

describe('errors about secrets', () => {
  const table = Object.keys(answers).flatMap((answer) =>
    Object.keys(forms).map((form) => [answer, form] as const),
  );

  it.each(table)(
    'contain no part of a secret, wherever the text is truncated: %s, %s',
    async (answer, form) => {
      const pads = fc.integer({ min: 0, max: 520 });
      await fc.assert(
        fc.asyncProperty(pads, async (pad) => {
          const said = forms[form]?.(token) ?? '';
          const [status, body] = answers[answer]?.(`${'x'.repeat(pad)} ${said} and more`) ?? [
            0,
            '',
          ];
          const shown = await errorAfter(status, body);
          expect(partsOf(shown).filter((part) => secretParts.has(part))).toEqual([]);
        }),
        { numRuns: runs(60), examples: [[0], [490], [499], [500]] },
      );
    },
  );
});
