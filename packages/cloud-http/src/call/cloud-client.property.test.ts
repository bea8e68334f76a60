import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import * as t from 'io-ts';
import { MockAgent } from 'undici';
import { int } from '../answer/decode.ts';
import { CloudError } from '../answer/errors.ts';
import { Secret } from '../auth/secret.ts';
import { CloudClient } from './cloud-client.ts';

const Things = t.array(
  t.type({ id: t.string, port: int, tags: t.array(t.string) }, 'thing'),
  'things',
);
const url = 'http://cloud.example/things';

const body = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constant(''),
  fc
    .record({ code: fc.string(), message: fc.string({ unit: 'binary', maxLength: 5000 }) })
    .map((error) => JSON.stringify(error)),
  fc.constant(JSON.stringify({ message: 'two\nlines' })),
  fc.json().map((json) => json.slice(0, -1)),
  fc
    .array(
      fc.record({
        id: fc.anything(),
        message: fc.string(),
        port: fc.anything(),
        tags: fc.anything(),
      }),
    )
    .map((things) =>
      JSON.stringify(things, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
    ),
);

describe('CloudClient', () => {
  it('throws only its own errors, whatever the cloud responds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 200, max: 599 }), body, async (status, text) => {
        const agent = new MockAgent();
        agent.disableNetConnect();
        agent.get('http://cloud.example').intercept({ path: '/things' }).reply(status, text);
        const client = new CloudClient({ dispatcher: agent, maxAttempts: 1 });
        const request = { operation: 'List', method: 'GET', url, answer: Things } as const;
        const [result] = await Promise.allSettled([client.call(request)]);
        const line = result.status === 'fulfilled' ? '' : String(result.reason);
        expect({
          ok:
            result.status === 'fulfilled'
              ? Things.is(result.value)
              : result.reason instanceof CloudError,
          oneLine: !line.includes('\n') && line.length < 3000,
        }).toEqual({ ok: true, oneLine: true });
      }),
      { numRuns: runs(300) },
    );
  });

  it('never repeats a sent secret, wherever the response contains it', async () => {
    const secret = 'hunter2-hunter2';
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 400, 401, 500),
        fc.constantFrom('message', 'code', 'requestId', 'id', 'port'),
        fc.string(),
        async (status, key, around) => {
          const agent = new MockAgent();
          agent.disableNetConnect();
          const echo = [{ [key]: `${around}${secret}${around}` }];
          agent
            .get('http://cloud.example')
            .intercept({ path: '/things' })
            .reply(status, JSON.stringify(status === 200 ? echo : echo[0]));
          const client = new CloudClient({ dispatcher: agent, maxAttempts: 1 });
          const request = { operation: 'List', method: 'GET', url, answer: Things } as const;
          const failure: unknown = await client
            .call({ ...request, secrets: [new Secret(secret)] })
            .catch((error: unknown) => error);
          expect(failure).toBeInstanceOf(CloudError);
          expect(JSON.stringify([failure, String(failure)])).not.toContain(secret);
        },
      ),
      { numRuns: runs(100) },
    );
  });
});
