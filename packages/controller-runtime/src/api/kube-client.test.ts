import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger, type Service } from '@k8s-ccm/cloud-provider';
import type { ApiCredentials } from './transport/api-server-config.ts';
import { KubeClient, type KubeClientOptions } from './kube-client.ts';
import { MetricsRegistry } from '../metrics/metrics.ts';
import { FakeClock } from '../testing/fake-clock.ts';

const ref = { namespace: 'default', name: 'web' };
const service: Service = { metadata: { namespace: 'default', name: 'web' } };
const forUid = { metadata: { uid: 'u' }, status: {} };
const guarded: Service = { metadata: { namespace: 'default', name: 'web', resourceVersion: '5' } };

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ok: Answer = (response) => response.end('{}');

function status(code: number, body: object = {}, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(code, headers).end(JSON.stringify({ kind: 'Status', code, ...body }));
}

const reset: Answer = (_response, request) => request.socket.destroy();

describe('KubeClient', () => {
  it.each<[string, (client: KubeClient) => Promise<unknown>, Partial<Seen>, string | undefined]>([
    [
      'get',
      (client) => client.nodes.get({ name: 'a b' }),
      { method: 'GET', url: '/api/v1/nodes/a%20b' },
      undefined,
    ],
    [
      'get from the cache',
      (client) => client.services.get(ref, { resourceVersion: '0' }),
      { url: '/api/v1/namespaces/default/services/web?resourceVersion=0' },
      undefined,
    ],
    [
      'create',
      (client) => client.services.create(service, { fieldManager: 'ccm' }),
      {
        method: 'POST',
        url: '/api/v1/namespaces/default/services?fieldManager=ccm',
        body: JSON.stringify(service),
      },
      'application/json',
    ],
    [
      'update',
      (client) => client.services.update(service),
      { method: 'PUT', url: '/api/v1/namespaces/default/services/web' },
      'application/json',
    ],
    [
      'update status',
      (client) => client.services.update(service, { subresource: 'status' }),
      { method: 'PUT', url: '/api/v1/namespaces/default/services/web/status' },
      'application/json',
    ],
    [
      'merge patch',
      (client) => client.services.patch(ref, { a: null }, { type: 'merge', subresource: 'status' }),
      {
        method: 'PATCH',
        url: '/api/v1/namespaces/default/services/web/status',
        body: '{"a":null}',
      },
      'application/merge-patch+json',
    ],
    [
      'strategic patch',
      (client) => client.services.patch(ref, {}, { type: 'strategic' }),
      { method: 'PATCH', body: '{}' },
      'application/strategic-merge-patch+json',
    ],
    [
      'json patch',
      (client) => client.services.patch(ref, [{ op: 'remove', path: '/a' }], { type: 'json' }),
      { body: '[{"op":"remove","path":"/a"}]' },
      'application/json-patch+json',
    ],
    [
      'apply patch',
      (client) =>
        client.services.patch(ref, {}, { type: 'apply', fieldManager: 'ccm', force: true }),
      { url: '/api/v1/namespaces/default/services/web?fieldManager=ccm&force=true' },
      'application/apply-patch+yaml',
    ],
    [
      'delete',
      (client) => client.nodes.delete({ name: 'a' }, { uid: 'u', propagationPolicy: 'Background' }),
      {
        method: 'DELETE',
        url: '/api/v1/nodes/a',
        body: '{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background","preconditions":{"uid":"u"}}',
      },
      'application/json',
    ],
    [
      'list all namespaces',
      (client) => client.leases.list({ labelSelector: 'a=b,c', limit: 2 }),
      { method: 'GET', url: '/apis/coordination.k8s.io/v1/leases?labelSelector=a%3Db%2Cc&limit=2' },
      undefined,
    ],
    [
      'list one namespace',
      (client) => client.endpointSlices.list({ namespace: 'x', continueToken: 't' }),
      { url: '/apis/discovery.k8s.io/v1/namespaces/x/endpointslices?continue=t' },
      undefined,
    ],
    [
      'another kind',
      (client) =>
        client
          .resource({ group: 'apps', version: 'v1', plural: 'daemonsets', namespaced: true })
          .get(ref),
      { url: '/apis/apps/v1/namespaces/default/daemonsets/web' },
      undefined,
    ],
    [
      'a bare path',
      (client) => client.request({ method: 'GET', path: '/healthz' }),
      { url: '/healthz' },
      undefined,
    ],
  ])('sends %s as the API server expects it', async (_, call, expected, contentType) => {
    await using world = await start([ok]);
    await call(world.client);
    expect(world.seen[0]).toMatchObject(expected);
    expect(world.seen[0]?.headers['content-type']).toBe(contentType);
    expect(world.seen[0]?.headers).toMatchObject({
      accept: 'application/json',
      'user-agent': 'ccm/1',
      authorization: 'Bearer 0',
    });
  });

  it.each([
    ['a namespace', (client: KubeClient) => client.services.get({ name: 'web' })],
    ['a name', (client: KubeClient) => client.nodes.get({ name: '' })],
  ])('refuses to call without %s', async (_, call) => {
    await using world = await start([]);
    await expect(call(world.client)).rejects.toThrow(TypeError);
    expect(world.seen).toEqual([]);
  });

  it('adds the kind to listed objects, as watched ones have it', async () => {
    const list = {
      kind: 'NodeList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '9', continue: '' },
      items: [{ metadata: { name: 'a' } }],
    };
    await using world = await start([(response) => response.end(JSON.stringify(list))]);
    expect(await world.client.nodes.list()).toEqual({
      resourceVersion: '9',
      items: [{ kind: 'Node', apiVersion: 'v1', metadata: { name: 'a' } }],
    });
  });

  it('reports the method, path, status, reason and details of a refusal', async () => {
    const details = { causes: [{ reason: 'FieldValueInvalid', field: 'spec.x' }] };
    await using world = await start([
      status(422, { reason: 'Invalid', message: 'spec.x: no', details }),
    ]);
    await expect(world.client.services.update(service)).rejects.toMatchObject({
      message: 'PUT /api/v1/namespaces/default/services/web: 422 Invalid: spec.x: no',
      status: 422,
      reason: 'Invalid',
      details,
    });
  });

  it('quotes a response that is not a Status', async () => {
    await using world = await start([
      (response) => response.writeHead(403).end('<html>proxy says no</html>'),
    ]);
    await expect(world.client.nodes.list()).rejects.toMatchObject({
      message: 'GET /api/v1/nodes: 403 Forbidden: <html>proxy says no</html>',
    });
  });

  describe('after a 401', () => {
    it('fetches credentials once and retries, also for a write', async () => {
      await using world = await start([status(401), ok]);
      await world.client.services.create(service);
      expect(world.seen.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer 0',
        'Bearer 1',
      ]);
    });

    it('gives up if the fresh credentials are also refused', async () => {
      await using world = await start([status(401), status(401, { reason: 'Unauthorized' })]);
      await expect(world.client.nodes.list()).rejects.toMatchObject({ status: 401 });
      expect(world.seen).toHaveLength(2);
    });
  });

  describe('retries', () => {
    const calls = {
      get: (client) => client.nodes.list(),
      create: (client) => client.services.create(service),
      update: (client) => client.services.update(service),
      'guarded update': (client) => client.services.update(guarded),
      patch: (client) => client.services.patch(ref, { spec: {} }, { type: 'merge' }),
      'guarded patch': (client) => client.services.patch(ref, guarded, { type: 'merge' }),
      'merge patch for a UID': (client) => client.services.patch(ref, forUid, { type: 'merge' }),
      'strategic patch for a UID': (client) =>
        client.services.patch(ref, forUid, { type: 'strategic' }),
      'patch for an absent UID': (client) =>
        client.services.patch(ref, { metadata: { uid: undefined } }, { type: 'merge' }),
      apply: (client) => client.services.patch(ref, service, { type: 'apply' }),
      delete: (client) => client.services.delete(ref),
      'delete by UID': (client) => client.services.delete(ref, { uid: 'u' }),
    } satisfies Record<string, (client: KubeClient) => Promise<unknown>>;
    const failures = {
      429: status(429, {}, { 'retry-after': '2' }),
      500: status(500),
      '503 with Retry-After': status(503, {}, { 'retry-after': '1' }),
      reset,
      'cut body': (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.destroy());
      },
      409: status(409),
    } satisfies Record<string, Answer>;
    const repeated: Record<keyof typeof calls, readonly string[]> = {
      get: ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
      create: ['429'],
      update: ['429'],
      'guarded update': ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
      patch: ['429'],
      'guarded patch': ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
      'merge patch for a UID': ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
      'strategic patch for a UID': ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
      'patch for an absent UID': ['429'],
      apply: ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
      delete: ['429'],
      'delete by UID': ['429', '500', '503 with Retry-After', 'reset', 'cut body'],
    };
    const table = Object.entries(calls).flatMap(([call, run]) =>
      Object.entries(failures).map(([failure, answer]) => ({
        call,
        failure,
        run,
        answer,
        sent: repeated[call as keyof typeof calls].includes(failure) ? 2 : 1,
      })),
    );

    it.each(table)('sends $call $sent× after $failure', async ({ run, answer, sent }) => {
      await using world = await start([answer, ok]);
      const result =
        world.client &&
        run(world.client).then(
          () => 'done',
          () => 'failed',
        );
      if (sent === 2) {
        await world.clock.waitForTimers(1);
        await world.advanceUntilSettled(result);
      }
      expect(await result).toBe(sent === 2 ? 'done' : 'failed');
      expect(world.seen).toHaveLength(sent);
    });

    it('retries a create if no connection was made', async () => {
      await using world = await start([ok]);
      await world.stopListening();
      const result = world.client.services.create(service);
      const outcome = result.then(
        () => 'done',
        (error: unknown) => error,
      );
      // 30 s is the timeout of the attempt, 50 ms the delay before the next one.
      await world.until(() => world.clock.timers[0] === 50);
      await world.listenAgain();
      await world.advanceUntilSettled(outcome);
      expect(await outcome).toBe('done');
    });

    it('wait as long as Retry-After requests', async () => {
      await using world = await start([status(429, {}, { 'retry-after': '7' }), ok]);
      const result = world.client.nodes.list();
      await world.untilSeen(1);
      await world.clock.advance(6_999);
      expect(world.seen).toHaveLength(1);
      await world.clock.advance(101);
      await result;
    });

    it('leave a long Retry-After to the caller', async () => {
      await using world = await start([status(429, {}, { 'retry-after': '600' })]);
      await expect(world.client.nodes.list()).rejects.toMatchObject({
        status: 429,
        retryAfterSeconds: 600,
      });
    });

    it('exclude a read of a version in the future', async () => {
      const details = { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 };
      await using world = await start([
        status(504, { reason: 'Timeout', details }, { 'retry-after': '1' }),
      ]);
      await expect(world.client.nodes.list({ resourceVersion: '99' })).rejects.toMatchObject({
        status: 504,
        retryAfterSeconds: 1,
      });
      expect(world.seen).toHaveLength(1);
    });

    it('end after five attempts', async () => {
      await using world = await start(Array<Answer>(20).fill(status(500)));
      const outcome = world.client.nodes.list().then(
        () => 'done',
        (error: unknown) => error,
      );
      await world.advanceUntilSettled(outcome);
      expect(await outcome).toMatchObject({ status: 500 });
      expect(world.seen).toHaveLength(6);
    });
  });

  describe('limits', () => {
    it('gives up on a call without an answer in time', async () => {
      await using world = await start([() => undefined]);
      const outcome = world.client.services.create(service, { timeoutMs: 500 }).then(
        () => 'done',
        (error: unknown) => error,
      );
      await world.untilSeen(1);
      await world.clock.advance(499);
      expect(world.seen).toHaveLength(1);
      await world.clock.advance(1);
      expect(await outcome).toMatchObject({ code: 'API_TIMEOUT', timeoutMs: 500, method: 'POST' });
    });

    it('gives up on a body that does not end in time', async () => {
      await using world = await start([(response) => response.writeHead(200).write('{')]);
      const outcome = world.client.services.create(service).then(
        () => 'done',
        (error: unknown) => error,
      );
      await world.untilSeen(1);
      await world.clock.advance(30_000);
      expect(await outcome).toMatchObject({ code: 'API_TIMEOUT', timeoutMs: 30_000 });
    });

    it('ends with the reason of its signal and leaves no timer behind', async () => {
      await using world = await start([() => undefined]);
      const controller = new AbortController();
      const outcome = world.client.nodes.list({ signal: controller.signal }).then(
        () => 'done',
        (error: unknown) => error,
      );
      await world.untilSeen(1);
      const reason = new Error('lease lost');
      controller.abort(reason);
      expect(await outcome).toBe(reason);
      expect(world.clock.timers).toEqual([]);
      await expect(world.client.nodes.list({ signal: controller.signal })).rejects.toBe(reason);
      expect(world.seen).toHaveLength(1);
    });

    it('takes tokens from one bucket per client and waits if it is empty', async () => {
      await using world = await start(Array<Answer>(10).fill(ok), { qps: 1, burst: 2 });
      const child = world.client.forUserAgent('service-controller');
      await Promise.all([
        world.client.nodes.list(),
        world.client.nodes.list(),
        child.nodes.list(),
        child.nodes.list(),
      ]);
      const fifth = child.nodes.list();
      await world.clock.advance(999);
      expect(world.seen).toHaveLength(4);
      await world.clock.advance(1);
      await fifth;
      expect(world.seen[4]?.headers['user-agent']).toBe('ccm/1/service-controller');
    });

    it('sets no limit for qps 0', async () => {
      await using world = await start(Array<Answer>(100).fill(ok), { qps: 0 });
      await Promise.all(Array.from({ length: 100 }, async () => await world.client.nodes.list()));
      expect(world.seen).toHaveLength(100);
    });

    it('uses at most 16 connections for calls', async () => {
      const held: ServerResponse[] = [];
      await using world = await start(
        Array<Answer>(20).fill((response) => held.push(response)),
        { qps: 0 },
      );
      const calls = Promise.all(
        Array.from({ length: 20 }, async () => await world.client.nodes.list()),
      );
      await world.untilSeen(16);
      await world.clock.settle();
      expect(world.seen).toHaveLength(16);
      for (const response of held.splice(0)) response.end('{}');
      await world.untilSeen(20);
      for (const response of held) response.end('{}');
      await calls;
    });
  });

  it("records metrics under upstream's names", async () => {
    const metrics = new MetricsRegistry();
    await using world = await start([ok, status(404), reset], { metrics });
    await world.client.nodes.list();
    await expect(world.client.nodes.get({ name: 'x' })).rejects.toMatchObject({ status: 404 });
    await expect(world.client.services.create(service)).rejects.toMatchObject({
      code: 'API_CONNECTION_ERROR',
    });
    const text = await metrics.render();
    for (const [code, method] of [
      ['200', 'GET'],
      ['404', 'GET'],
      ['<error>', 'POST'],
    ]) {
      expect(text).toContain(
        `rest_client_requests_total{code="${code}",host="${world.host}",method="${method}"} 1`,
      );
    }
    expect(text).toContain(
      `rest_client_request_duration_seconds_count{host="${world.host}",verb="GET"} 2`,
    );
    expect(text).toContain(
      `rest_client_rate_limiter_duration_seconds_count{host="${world.host}",verb="GET"} 2`,
    );
  });

  it('logs each request at the verbosity of requests, without its query', async () => {
    const logged: unknown[] = [];
    const log: Logger = {
      ...silentLogger,
      child: (_fields, options) => ({
        ...silentLogger,
        debug: (message, fields) => logged.push([options, message, fields]),
      }),
    };
    await using world = await start([status(404)], { log });
    await expect(world.client.nodes.get({ name: 'x' })).rejects.toMatchObject({ status: 404 });
    expect(logged).toEqual([
      [
        { verbosity: 6 },
        'API request',
        { method: 'GET', path: '/api/v1/nodes/x', code: '404', durationMs: expect.any(Number) },
      ],
    ]);
  });

  it('keeps the path prefix of a server', async () => {
    await using world = await start([ok], {}, '/clusters/c-1');
    await world.client.nodes.list();
    expect(world.seen[0]?.url).toBe('/clusters/c-1/api/v1/nodes');
  });
});

/** Creates a client on a fake clock and a real server that gives these responses, one per request. */
async function start(
  answers: readonly Answer[],
  options: Partial<KubeClientOptions> = {},
  prefix = '',
) {
  const clock = new FakeClock();
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const answer =
        answers[
          seen.push({
            method: request.method ?? '',
            url: request.url ?? '',
            headers: request.headers,
            body,
          }) - 1
        ];
      (answer ?? status(500, { message: 'not scripted' }))(response, request);
    });
  });
  const listen = async (port: number): Promise<void> =>
    await new Promise((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  let token = 0;
  const credentials: ApiCredentials = {
    headers: async () => ({ authorization: `Bearer ${token}` }),
    refuse: () => (token += 1),
  };
  const client = KubeClient.create({
    config: {
      server: `http://127.0.0.1:${port}${prefix}`,
      tls: async () => ({ rejectUnauthorized: true }),
      credentials,
      source: 'test',
    },
    userAgent: 'ccm/1',
    clock,
    random: { next: () => 0.5 },
    log: silentLogger,
    ...options,
  });
  const until = async (condition: () => boolean): Promise<void> => {
    for (let turns = 0; !condition(); turns += 1) {
      if (turns > 20_000) throw new Error(`waited in vain for ${condition.toString()}`);
      await clock.settle();
    }
    await clock.settle();
  };
  return {
    client,
    clock,
    seen,
    host: `127.0.0.1:${port}`,
    until,
    untilSeen: async (count: number): Promise<void> => await until(() => seen.length >= count),
    /** Lets all delays between attempts pass. */
    advanceUntilSettled: async (outcome: Promise<unknown>): Promise<void> => {
      const state = { isSettled: false };
      void outcome.finally(() => {
        state.isSettled = true;
      });
      // Small steps: the timeout of a call in flight must not expire while the server answers in real time.
      for (let steps = 0; !state.isSettled && steps < 20_000; steps += 1) await clock.advance(50);
      if (!state.isSettled) throw new Error('the call never ended');
    },
    stopListening: close,
    listenAgain: async () => await listen(port),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await client.close();
      if (server.listening) await close();
    },
  };
}
