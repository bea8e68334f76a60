import { describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { MockAgent } from 'undici';
import { hasUnknownOutcome, isRateLimited } from '../answer/error-predicates.ts';
import {
  CloudApiError,
  CloudDecodeError,
  CloudTimeoutError,
  CloudTransportError,
} from '../answer/errors.ts';
import { Secret } from '../auth/secret.ts';
import type { Signer } from '../auth/signer.ts';
import { Budget } from '../budget/budget.ts';
import { failureOf } from '../testing/failure-of.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { CloudCall } from './call-record.ts';
import type { CloudClientOptions } from './cloud-client.ts';
import { CloudClient } from './cloud-client.ts';
import type { CloudRequest } from './cloud-request.ts';

const origin = 'http://cloud.example';
const Thing = t.type({ id: t.string }, 'thing');
const get: CloudRequest<{ id: string }> = {
  operation: 'GetThing',
  method: 'GET',
  url: `${origin}/things/1`,
  answer: Thing,
};
const create: CloudRequest<{ id: string }> = {
  operation: 'CreateThing',
  method: 'POST',
  url: `${origin}/things`,
  body: { json: { name: 'a' } },
  answer: Thing,
};
const thing = { id: 'thing-1' };

interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly error?: Error;
}

/** Returns a client whose cloud sends the given responses in order. */
function cloud(replies: readonly Reply[], options: CloudClientOptions = {}) {
  const clock = new ManualClock();
  const agent = new MockAgent();
  agent.disableNetConnect();
  const sent: { method: string; path: string; headers: Record<string, string>; body: string }[] =
    [];
  for (const { status = 200, body = thing, headers = {}, error } of replies) {
    const scope = agent.get(origin).intercept({ path: () => true, method: () => true });
    if (error !== undefined) {
      scope.replyWithError(error);
      continue;
    }
    scope.reply((request) => {
      sent.push({
        method: request.method,
        path: request.path,
        headers: Object.fromEntries(Object.entries(request.headers ?? {})),
        body: typeof request.body === 'string' ? request.body : '',
      });
      return {
        statusCode: status,
        data: typeof body === 'string' ? body : JSON.stringify(body),
        responseOptions: { headers },
      };
    });
  }
  const calls: CloudCall[] = [];
  const client = new CloudClient({
    clock,
    random: { next: () => 0.5 },
    dispatcher: agent,
    onCall: (call) => calls.push(call),
    ...options,
  });
  const run = <T>(request: CloudRequest<T>): Promise<T> => clock.runUntil(client.call(request));
  const fail = <T>(request: CloudRequest<T>): Promise<unknown> => failureOf(run(request));
  return { agent, calls, client, clock, fail, run, sent };
}

function networkError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('CloudClient', () => {
  it('sends query, body, and headers, and returns the decoded response', async () => {
    const { run, sent } = cloud([{ body: { ...thing, more: 1 } }]);
    const query = { list: '["a","b"]', 'x y': 'ä&=' };
    expect(await run({ ...create, query })).toMatchObject(thing);
    expect(sent).toEqual([
      {
        method: 'POST',
        path: '/things?list=%5B%22a%22%2C%22b%22%5D&x%20y=%C3%A4%26%3D',
        headers: expect.objectContaining({
          accept: 'application/json',
          'content-type': 'application/json',
          'user-agent': 'cloud-http',
        }),
        body: '{"name":"a"}',
      },
    ]);
  });

  it('sends the correlation ID of each request, if there is one', async () => {
    const ids = ['sync-1', 'sync-2', undefined];
    const { run, sent } = cloud([{ status: 503 }, {}, {}], { correlationId: () => ids.shift() });
    await run(get);
    await run(get);
    expect(sent.map(({ headers }) => headers['x-request-id'])).toEqual([
      'sync-1',
      'sync-2',
      undefined,
    ]);
  });

  it('sends forms', async () => {
    const { run, sent } = cloud([{}]);
    await run({ ...create, body: { form: { grant: 'urn:x', secret: 'a b&c' } } });
    expect(sent[0]).toMatchObject({
      body: 'grant=urn%3Ax&secret=a%20b%26c',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  it.each([
    ['GET', 500],
    ['GET', 502],
    ['GET', 503],
    ['GET', 429],
    ['PUT', 503],
    ['DELETE', 500],
    ['POST', 429],
  ] as const)('retries %s after %d', async (method, status) => {
    const { agent, run } = cloud([{ status }, { status }, {}]);
    expect(await run({ ...get, method })).toEqual(thing);
    agent.assertNoPendingInterceptors();
  });

  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])(
    'retries an idempotent request after %s',
    async (code) => {
      const { agent, run } = cloud([{ error: networkError(code) }, {}]);
      expect(await run(get)).toEqual(thing);
      agent.assertNoPendingInterceptors();
    },
  );

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
    'retries a creation after %s, because it certainly did not arrive',
    async (code) => {
      const { run } = cloud([{ error: networkError(code) }, {}]);
      expect(await run(create)).toEqual(thing);
    },
  );

  it.each([
    ['reset', { error: networkError('ECONNRESET') }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['truncated JSON', { body: '{"id":"thi' }],
    ['an empty body', { body: '' }],
    ['HTML', { body: '<html>hello</html>' }],
    ['a wrong type', { body: { id: 7 } }],
  ])('does not retry a creation after %s, and reports an unknown outcome', async (_, reply) => {
    const { fail, sent, agent } = cloud([reply, {}]);
    expect(hasUnknownOutcome(await fail(create))).toBe(true);
    expect(sent.length).toBeLessThanOrEqual(1);
    expect(agent.pendingInterceptors()).toHaveLength(1);
  });

  it('retries a POST that is declared idempotent', async () => {
    const { run } = cloud([{ error: networkError('ECONNRESET') }, {}]);
    expect(await run({ ...create, idempotent: true })).toEqual(thing);
  });

  it('fails with the last error after all attempts', async () => {
    const { fail, sent } = cloud(Array.from({ length: 9 }, () => ({ status: 503 })));
    expect(await fail(get)).toMatchObject({ status: 503, attempts: 5, retryable: true });
    expect(sent).toHaveLength(5);
  });

  it.each([400, 403, 404, 409, 301])('does not retry after %d', async (status) => {
    const { fail, sent } = cloud([{ status, body: { code: '1.2', message: 'no' } }, {}]);
    expect(await fail(get)).toMatchObject({ status, outcome: 'refused', retryable: false });
    expect(sent).toHaveLength(1);
  });

  it('reads code, message, and request ID of an error, and omits the ID from its text', async () => {
    const body = { code: '107.001404', message: 'no such slb' };
    const { fail } = cloud([{ status: 404, body, headers: { 'x-request-id': 'r-1' } }]);
    const error = await fail({ ...get, query: { token: 'sesame' } });
    expect(error).toBeInstanceOf(CloudApiError);
    expect(error).toMatchObject({
      code: 'CLOUD_API_ERROR',
      apiCode: '107.001404',
      status: 404,
      requestId: 'r-1',
      operation: 'GetThing',
      method: 'GET',
      url: `${origin}/things/1`,
      host: 'cloud.example',
      message: 'GetThing: cloud.example answered 404, code 107.001404: no such slb',
    });
  });

  it('backs off with full jitter', async () => {
    const { client, clock, sent } = cloud([{ status: 500 }, { status: 500 }, { status: 500 }, {}]);
    const call = client.call(get);
    const sentAfter = async (ms: number): Promise<number> => {
      await clock.advance(ms);
      return sent.length;
    };
    // Half of 200, 400, and 800 ms.
    expect(await sentAfter(0)).toBe(1);
    expect(await sentAfter(99)).toBe(1);
    expect(await sentAfter(1)).toBe(2);
    expect(await sentAfter(199)).toBe(2);
    expect(await sentAfter(1)).toBe(3);
    expect(await sentAfter(399)).toBe(3);
    expect(await sentAfter(1)).toBe(4);
    await call;
  });

  it.each([
    ['seconds', '3'],
    ['a date', new Date(1_700_000_003_000).toUTCString()],
  ])('honors a Retry-After in %s', async (_, retryAfter) => {
    const headers = { 'retry-after': retryAfter };
    const { client, clock, sent } = cloud([{ status: 429, headers }, {}]);
    const call = client.call(get);
    await clock.advance(2999);
    expect(sent).toHaveLength(1);
    await clock.advance(200);
    expect(sent).toHaveLength(2);
    await call;
  });

  it('fails immediately if Retry-After exceeds the timeout, and reports the delay', async () => {
    const { fail, sent, clock } = cloud([{ status: 429, headers: { 'retry-after': '3600' } }]);
    const error = await fail(get);
    expect(isRateLimited(error)).toBe(true);
    expect(error).toMatchObject({ retryAfterMs: 3_600_000 });
    expect([sent.length, clock.monotonic()]).toEqual([1, 0]);
  });

  it.each([
    ['HTML', '<!DOCTYPE html><html><b>Sign in</b>', 'HTML: "<!DOCTYPE html>'],
    ['truncated JSON', '{"id":"th', 'broken or truncated JSON: '],
    ['text', 'OK', 'text: "OK"'],
  ])(
    'names the operation, the host, and what it received instead of JSON: %s',
    async (_, body, words) => {
      const { fail } = cloud([{ body }], { maxAttempts: 1 });
      const error = await fail(get);
      expect(error).toBeInstanceOf(CloudDecodeError);
      expect(error).toMatchObject({ problem: 'not-json', status: 200, outcome: 'unknown' });
      expect(String(error)).toContain('GetThing: cloud.example answered 200 with');
      expect(String(error)).toContain(words);
    },
  );

  it('reports an empty body', async () => {
    const { fail } = cloud([{ body: '' }], { maxAttempts: 1 });
    expect(await fail(get)).toMatchObject({
      problem: 'empty',
      message: expect.stringContaining('empty body'),
    });
  });

  it('lists wrong types, and does not retry', async () => {
    const { fail, sent } = cloud([{ body: { id: 7 } }, {}]);
    expect(await fail(get)).toMatchObject({
      problem: 'wrong-type',
      issues: ['thing.id: expected string, got 7'],
      message: expect.stringContaining('thing.id: expected string, got 7'),
    });
    expect(sent).toHaveLength(1);
  });

  it('accepts an empty body if any body is valid', async () => {
    const { run } = cloud([{ status: 204, body: '' }]);
    expect(await run({ ...get, method: 'DELETE', answer: t.unknown })).toBeUndefined();
  });

  it('does not mistake an HTML page of a proxy for a response of the API', async () => {
    const { fail } = cloud([{ status: 404, body: '<html>nginx</html>' }]);
    expect(await fail(get)).toMatchObject({ status: 404, apiCode: '', bodyKind: 'other' });
  });

  it('refuses a body that exceeds the limit', async () => {
    const { fail } = cloud([{ body: { id: 'x'.repeat(2000) } }], { maxBodyBytes: 1000 });
    expect(await fail(get)).toMatchObject({ problem: 'too-large', retryable: false });
  });

  it("rejects with the reason of the caller's signal", async () => {
    const { client, clock } = cloud([{ status: 503 }, {}]);
    const stop = new AbortController();
    const outcome = failureOf(client.call(get, { signal: stop.signal }));
    await clock.advance(10);
    stop.abort(new Error('lease lost'));
    expect(String(await outcome)).toContain('lease lost');
    expect(clock.pending).toBe(0);
  });

  it("sends nothing if the caller's signal has already aborted", async () => {
    const { client, sent } = cloud([{}]);
    const signal = AbortSignal.abort(new Error('over'));
    await expect(client.call(get, { signal })).rejects.toThrow('over');
    expect(sent).toHaveLength(0);
  });

  it('aborts calls in flight when it is closed, and makes no more calls', async () => {
    const { client, clock } = cloud([{ status: 503 }, {}]);
    const outcome = failureOf(client.call(get));
    await clock.advance(10);
    await client.close();
    expect(String(await outcome)).toContain('closed');
    await expect(client.call(get)).rejects.toThrow('closed');
  });

  it('leaves no timers and no listeners behind', async () => {
    const { run, clock } = cloud([{ status: 503 }, {}]);
    await run(get);
    expect(clock.pending).toBe(0);
  });
});

function countingSigner(refusable: boolean, mayRenew = true) {
  const accepted: string[] = [];
  const log: string[] = [];
  let token = 1;
  let nonce = 0;
  const signer: Signer = {
    sign: (request) => {
      const mine = token;
      nonce += 1;
      log.push(`${request.method} ${request.url.pathname} ${request.body ?? ''}`);
      const signature = {
        headers: { authorization: `Bearer token-${mine}`, 'x-random': String(nonce) },
        secrets: [new Secret(`token-${mine}`)],
      };
      const refused = (): boolean => {
        if (token === mine) token += 1;
        return mayRenew;
      };
      const accept = (): void => {
        accepted.push(`token-${mine}`);
      };
      const observed = { ...signature, accepted: accept };
      return Promise.resolve(refusable ? { ...observed, refused } : observed);
    },
  };
  return { accepted, log, signer };
}

/** Returns a failure whose details vary with `n`. */
async function failWith(n: number): Promise<unknown> {
  const signer: Signer = {
    sign: async () => ({
      headers: { 'x-random': `nonce-${n}` },
      varying: [`nonce-${n}`],
    }),
  };
  const message = `nonce-${n} for-service-${n} request-${n} at 2026-01-02T03:04:0${n}Z: no`;
  const { fail } = cloud([{ status: 403, body: { message, requestId: `request-${n}` } }], {
    signer,
    correlationId: () => `for-service-${n}`,
  });
  return await fail(get);
}

const errorPage = (padding: string) => `<html><head><title>502</title></head>${padding}</html>`;

describe('the text of a repeated failure', () => {
  it('does not depend on details that vary', async () => {
    const [one, other] = [await failWith(1), await failWith(2)];
    expect(String(one)).toBe('CloudApiError: GetThing: cloud.example answered 403: … … … at …: no');
    expect(String(other)).toBe(String(one));
    expect([one, other]).toMatchObject([{ requestId: 'request-1' }, { requestId: 'request-2' }]);
  });

  it('is the same for different pages of one gateway', async () => {
    const texts = [];
    for (const padding of ['', ' '.repeat(100)]) {
      const { fail } = cloud([{ status: 400, body: errorPage(padding) }]);
      texts.push(String(await fail(get)).slice(0, 90));
    }
    expect(new Set(texts).size).toBe(1);
  });
});

describe('signing', () => {
  it('signs each attempt', async () => {
    const { log, signer } = countingSigner(true);
    const { run, sent } = cloud([{ status: 503 }, { status: 503 }, {}], { signer });
    await run({ ...create, idempotent: true });
    expect(log).toEqual(Array.from({ length: 3 }, () => 'POST /things {"name":"a"}'));
    expect(sent.map((request) => request.headers['x-random'])).toEqual(['1', '2', '3']);
  });

  it('refreshes refused credentials once, even for a creation', async () => {
    const { signer } = countingSigner(true);
    const { run, sent } = cloud([{ status: 401 }, {}], { signer });
    expect(await run(create)).toEqual(thing);
    expect(sent.map((request) => request.headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('fails if the fresh credentials are refused, too', async () => {
    const { signer } = countingSigner(true);
    const { fail, sent } = cloud([{ status: 401 }, { status: 401 }, {}], { signer });
    expect(await fail(get)).toMatchObject({ status: 401, outcome: 'refused' });
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['cannot help', countingSigner(false)],
    ['does not help now', countingSigner(true, false)],
  ])('does not retry if signing again %s', async (_, { signer }) => {
    const { fail, sent } = cloud([{ status: 401 }, {}], { signer });
    expect(await fail(get)).toMatchObject({ status: 401 });
    expect(sent).toHaveLength(1);
  });

  it('notifies the signer of accepted signatures', async () => {
    const { accepted, signer } = countingSigner(true);
    const { run, fail } = cloud([{ status: 401 }, {}, { status: 404 }], { signer });
    await run(get);
    await fail(get);
    expect(accepted).toEqual(['token-2']);
  });

  it('omits secrets from every error text, even if the cloud echoes them', async () => {
    const { signer } = countingSigner(false);
    const body = { code: 'x', message: 'token token-1 is bad, password sesame too' };
    const { fail, calls } = cloud([{ status: 403, body }], { signer });
    const error = await fail({ ...get, secrets: [new Secret('sesame')] });
    expect(String(error)).toContain('token [redacted] is bad, password [redacted] too');
    expect(JSON.stringify([error, calls])).not.toMatch(/token-1|sesame/);
  });

  it('throws the errors of the signer', async () => {
    const signer: Signer = { sign: () => Promise.reject(new Error('no token today')) };
    const { fail, sent, calls } = cloud([{}], { signer });
    expect(String(await fail(get))).toContain('no token today');
    expect(sent).toHaveLength(0);
    expect(calls).toMatchObject([{ phase: 'call', operation: 'GetThing' }]);
  });

  it('applies the timeout to a signer that hangs', async () => {
    const signer: Signer = {
      sign: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const { fail } = cloud([], { signer, maxAttempts: 1 });
    expect(await fail(create)).toMatchObject({ name: 'CloudTimeoutError', outcome: 'not-sent' });
  });
});

describe('records', () => {
  it('contain each attempt and the call', async () => {
    const body = { code: '9.9', message: 'busy' };
    const { run, calls } = cloud([{ status: 503, body }, {}]);
    await run(get);
    const common = { operation: 'GetThing', method: 'GET', host: 'cloud.example', throttledMs: 0 };
    const done = { attempt: 2, status: 200, answer: 'success' };
    expect(calls).toEqual([
      {
        ...common,
        phase: 'attempt',
        attempt: 1,
        status: 503,
        apiCode: '9.9',
        answer: 'transient',
        durationMs: 0,
        retried: true,
        error: expect.any(CloudApiError),
      },
      { ...common, ...done, phase: 'attempt', durationMs: 0, retried: false },
      { ...common, ...done, phase: 'call', durationMs: 100, retried: true },
    ]);
  });

  it('contain the meaning of a response, if there is one', async () => {
    const { run, calls } = cloud([
      { status: 404 },
      { status: 429 },
      {},
      { error: new Error('gone') },
    ]);
    await failureOf(run(get));
    await run(get);
    await failureOf(run(create));
    const attempts = calls.filter(({ phase }) => phase === 'attempt');
    expect(attempts.map(({ answer }) => answer)).toEqual([
      'refused',
      'throttled',
      'success',
      undefined,
    ]);
  });

  it('contain the time that a call waited for the budget', async () => {
    const clock = new ManualClock();
    const budget = new Budget({ clock, callsPerSecond: 1, burst: 1 });
    const { client, calls } = cloud([{}, {}], { budget, clock });
    const both = Promise.all([client.call(get), client.call(get)]);
    await clock.advance(1000);
    await both;
    expect(calls.filter((call) => call.phase === 'call').map((call) => call.throttledMs)).toEqual([
      0, 1000,
    ]);
  });
});

describe('budget and timeout', () => {
  it('reduces the rate of the whole account after a 429', async () => {
    const clock = new ManualClock();
    const budget = new Budget({ clock });
    const { client } = cloud([{ status: 429 }, {}], { budget, clock });
    await clock.runUntil(client.call(get));
    expect(budget.callsPerSecond).toBeLessThan(Infinity);
    expect(budget.inFlight).toBe(0);
  });

  it('releases its permit between attempts', async () => {
    const clock = new ManualClock();
    const budget = new Budget({ clock, concurrency: 1 });
    const { client, sent } = cloud([{ status: 503 }, {}, {}], { budget, clock });
    const slow = client.call(get);
    await clock.advance(0);
    await client.call({ ...get, operation: 'Other' });
    expect(sent).toHaveLength(2);
    await clock.advance(1000);
    await slow;
  });

  it('reports a timeout while waiting for the budget, and that nothing was sent', async () => {
    const clock = new ManualClock();
    const budget = new Budget({ clock, concurrency: 1 });
    await budget.acquire('repair');
    const { client } = cloud([], { budget, clock, timeoutMs: 5000 });
    const error: unknown = await clock.runUntil(client.call(create)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CloudTimeoutError);
    expect(error).toMatchObject({ outcome: 'not-sent', timeoutMs: 5000 });
    expect(budget.waiting).toBe(0);
  });

  it('reports an unknown outcome if only a later attempt certainly failed', async () => {
    const { fail } = cloud(
      [{ error: networkError('ECONNRESET') }, { error: networkError('ECONNREFUSED') }],
      { maxAttempts: 2 },
    );
    const error = await fail(get);
    expect(error).toBeInstanceOf(CloudTransportError);
    expect(error).toMatchObject({ outcome: 'unknown' });
    expect(String(error)).toContain('GetThing: cloud.example refused the connection');
  });
});
