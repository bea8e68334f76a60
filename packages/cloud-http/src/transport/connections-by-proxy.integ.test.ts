import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { CloudError } from '../answer/errors.ts';
import { CloudClient } from '../call/cloud-client.ts';
import type { CloudClientOptions } from '../call/cloud-client.ts';
import {
  authority,
  expiredCertificate,
  foreignCertificate,
  serverKey,
  validCertificate,
} from '../testing/certificates.ts';
import { startTestProxy } from '../testing/test-proxy.ts';
import type { TestProxyOptions } from '../testing/test-proxy.ts';
import { startTestServer } from '../testing/test-server.ts';
import { systemClock } from '../time/clock.ts';
import { createConnections } from './connections.ts';

const Thing = t.type({ id: t.string }, 'thing');
const thing = { id: 'thing-1' };
/** An endpoint with the name of {@link foreignCertificate}, which DNS does not resolve. */
const secure = 'https://elsewhere.example';
const plain = 'http://cloud.example:8080';
const ca = { tls: { ca: authority } };
const answer: Parameters<typeof startTestServer>[0] = (_request, _incoming, outgoing) => {
  outgoing.end(JSON.stringify(thing));
};
const startSecureServer = (cert = foreignCertificate) =>
  startTestServer(answer, { key: serverKey, cert });

/** Makes one call and returns its result. */
async function call(url: string, options: CloudClientOptions): Promise<unknown> {
  await using client = new CloudClient({ maxAttempts: 1, ...options });
  return await callWith(client, url);
}

async function callWith(client: CloudClient, url: string): Promise<unknown> {
  const request = {
    operation: 'MakeThing',
    method: 'POST',
    url: `${url}/things`,
    query: { a: 'b c' },
    body: { json: thing },
    answer: Thing,
  } as const;
  try {
    return await client.call(request);
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
}

function withName(proxy: URL): URL {
  return Object.assign(new URL(proxy), { username: 'joe', password: 'pa ss' });
}

describe('requests through a proxy', () => {
  it.each([
    ['http', undefined],
    ['https', { key: serverKey, cert: validCertificate }],
  ])('use CONNECT for an https endpoint and verify its certificate, over %s', async (_, tls) => {
    await using server = await startSecureServer();
    await using proxy = await startTestProxy({
      target: server.port,
      ...(tls === undefined ? {} : { tls }),
    });
    const proxyFor = () => withName(proxy.url);
    expect(await call(secure, { ...ca, proxyFor })).toEqual(thing);
    expect(proxy.seen).toEqual([
      {
        method: 'CONNECT',
        url: 'elsewhere.example:443',
        headers: expect.objectContaining({
          host: 'elsewhere.example:443',
          'proxy-authorization': `Basic ${btoa('joe:pa ss')}`,
        }),
      },
    ]);
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({
      path: '/things?a=b%20c',
      headers: { host: 'elsewhere.example' },
      body: JSON.stringify(thing),
    });
    expect(server.seen[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it.each([
    ['http', undefined],
    ['https', { key: serverKey, cert: validCertificate }],
  ])('use the absolute URL for an http endpoint, over %s', async (_, tls) => {
    await using server = await startTestServer(answer);
    await using proxy = await startTestProxy({
      target: server.port,
      ...(tls === undefined ? {} : { tls }),
    });
    const proxyFor = () => withName(proxy.url);
    expect(await call(plain, { ...ca, proxyFor })).toEqual(thing);
    expect(proxy.seen).toEqual([
      {
        method: 'POST',
        url: `${plain}/things?a=b%20c`,
        headers: expect.objectContaining({
          host: 'cloud.example:8080',
          'user-agent': 'cloud-http',
          'proxy-authorization': `Basic ${btoa('joe:pa ss')}`,
        }),
      },
    ]);
    expect(server.seen[0]).toMatchObject({ body: JSON.stringify(thing) });
  });

  it('send no credentials if the proxy URL has none', async () => {
    await using server = await startTestServer(answer);
    await using proxy = await startTestProxy({ target: server.port });
    expect(await call(plain, { proxyFor: () => proxy.url })).toEqual(thing);
    expect(proxy.seen[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('send a password without a user name', async () => {
    await using server = await startTestServer(answer);
    await using proxy = await startTestProxy({ target: server.port });
    const proxyFor = () => Object.assign(new URL(proxy.url), { password: 'token' });
    expect(await call(plain, { proxyFor })).toEqual(thing);
    expect(proxy.seen[0]?.headers).toMatchObject({
      'proxy-authorization': `Basic ${btoa(':token')}`,
    });
  });

  it('reuse connections, with a proxy per origin', async () => {
    await using server = await startSecureServer();
    await using direct = await startTestServer(answer);
    await using proxy = await startTestProxy({ target: server.port });
    const asked: string[] = [];
    const proxyFor = (url: URL): URL | undefined => {
      asked.push(url.href);
      return url.hostname === 'localhost' ? undefined : proxy.url;
    };
    await using client = new CloudClient({ ...ca, proxyFor });
    for (const url of [secure, direct.url, secure, direct.url, secure]) {
      expect(await callWith(client, url)).toEqual(thing);
    }
    expect(proxy.seen).toHaveLength(1);
    expect(direct.seen).toHaveLength(2);
    expect(asked).toEqual([`${secure}/`, `${direct.url}/`]);
  });

  it.each([
    ['a list', ['x-a', '1', 'x-b', '2']],
    [
      'pairs',
      new Map([
        ['x-a', '1'],
        ['x-b', '2'],
      ]),
    ],
    ['an object', { 'x-a': '1', 'x-b': '2' }],
    ['nothing', null],
  ])('accept headers in the form of %s', async (_, headers) => {
    await using server = await startTestServer(answer);
    await using proxy = await startTestProxy({ target: server.port });
    const connections = createConnections({ proxyFor: () => withName(proxy.url) });
    const { body } = await connections.request({
      origin: plain,
      path: '/',
      method: 'GET',
      headers,
    });
    await body.dump();
    await connections.destroy();
    expect(proxy.seen[0]?.headers).toMatchObject({
      ...(headers === null ? {} : { 'x-a': '1', 'x-b': '2' }),
      'proxy-authorization': expect.any(String),
    });
  });

  it('do not apply the connect timeout to the response', async () => {
    await using server = await startTestServer(
      (...asked) => void systemClock.sleep(300).then(() => answer(...asked)),
      { key: serverKey, cert: foreignCertificate },
    );
    await using proxy = await startTestProxy({ target: server.port });
    const proxyFor = () => proxy.url;
    const dispatcher = createConnections({ ...ca, connectTimeoutMs: 100, proxyFor });
    expect(await call(secure, { dispatcher })).toEqual(thing);
    await dispatcher.destroy();
  });

  it('put an IPv6 address in brackets', async () => {
    await using proxy = await startTestProxy({ refusals: [403] });
    await call('https://[2001:db8::1]:8443', { proxyFor: () => proxy.url });
    expect(proxy.seen).toMatchObject([{ url: '[2001:db8::1]:8443' }]);
  });
});

describe('TLS through a proxy', () => {
  it('verifies the name of the endpoint, not of the proxy', async () => {
    await using server = await startSecureServer(validCertificate);
    await using proxy = await startTestProxy({ target: server.port });
    const error = await call(secure, { ...ca, proxyFor: () => proxy.url });
    expect(error).toMatchObject({ outcome: 'not-sent', retryable: false });
    expect(String(error)).toContain(
      'elsewhere.example presented a TLS certificate for another host',
    );
    expect(server.seen).toHaveLength(0);
  });

  it('refuses an authority that is not trusted', async () => {
    await using server = await startSecureServer();
    await using proxy = await startTestProxy({ target: server.port });
    const error = await call(secure, { proxyFor: () => proxy.url });
    expect(String(error)).toContain('configure the private CA');
  });

  it('skips verification only for the endpoint, if configured', async () => {
    await using server = await startSecureServer(expiredCertificate);
    await using proxy = await startTestProxy({ target: server.port });
    const tls = { ca: authority, insecureSkipVerify: true };
    expect(await call(secure, { tls, proxyFor: () => proxy.url })).toEqual(thing);
    await using expired = await startTestProxy({
      target: server.port,
      tls: { key: serverKey, cert: expiredCertificate },
    });
    expect(String(await call(secure, { tls, proxyFor: () => expired.url }))).toContain(
      `elsewhere.example cannot be reached: the proxy ${expired.url.host} presented a TLS certificate that has expired`,
    );
  });
});

describe('a proxy that does not connect to the endpoint', () => {
  const refusing: readonly (readonly [TestProxyOptions, string, boolean])[] = [
    [{ refusals: [407] }, 'answered 407: it requires a user name and password', false],
    [{ refusals: [403] }, 'answered 403', false],
    [{ refusals: [503] }, 'answered 503', true],
    [{ refusals: [0] }, 'closed the connection before the response was complete', true],
  ];

  it.each(refusing)(
    'is named in the error, with the reason: %j, %s (retryable: %p)',
    async (...row) => {
      const [options, why, retryable] = row;
      await using proxy = await startTestProxy(options);
      const error = await call(secure, { proxyFor: () => proxy.url });
      expect(error).toMatchObject({ name: 'CloudTransportError', outcome: 'not-sent', retryable });
      expect(String(error)).toContain(
        `MakeThing: elsewhere.example cannot be reached: the proxy ${proxy.url.host} ${why}`,
      );
    },
  );

  it.each([secure, plain])('does not reveal its password in the error: %s', async (url) => {
    await using proxy = await startTestProxy({ refusals: [407] });
    const error = await call(url, { proxyFor: () => withName(proxy.url) });
    expect(error).toMatchObject({ outcome: 'not-sent', retryable: false });
    expect(String(error)).toContain(
      `cannot be reached: the proxy ${proxy.url.host} answered 407: it does not accept the configured user name and password`,
    );
    const all = inspect(error, { depth: 10, showHidden: true });
    for (const secret of ['pa ss', 'pa%20ss', btoa('joe:pa ss')]) expect(all).not.toContain(secret);
  });

  it.each([secure, plain])('is named in the error if it does not exist: %s', async (url) => {
    const { url: gone, ...proxy } = await startTestProxy();
    await proxy[Symbol.asyncDispose]();
    const error = await call(url, { proxyFor: () => gone });
    expect(error).toMatchObject({ outcome: 'not-sent', retryable: true });
    expect(String(error)).toContain(
      `example${url === plain ? ':8080' : ''} cannot be reached: the proxy ${gone.host} refused the connection`,
    );
  });

  it('is disconnected after its refusal', async () => {
    const closed = Promise.withResolvers<void>();
    const server = createHttpServer().on('connect', (_request, socket: Socket) => {
      socket.on('end', () => {
        socket.destroy();
        closed.resolve();
      });
      socket.resume().write('HTTP/1.1 407 No\r\nconnection: keep-alive\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await call(secure, { proxyFor: () => new URL(`http://localhost:${port}`) });
    await closed.promise;
    await new Promise((resolve) => server.close(resolve));
    expect(server.listening).toBe(false);
  });

  it('times out if it does not respond', async () => {
    await using silent = await listenSilently();
    const dispatcher = createConnections({
      connectTimeoutMs: 50,
      proxyFor: () => new URL(`http://localhost:${silent.port}`),
    });
    const error = await call(secure, { dispatcher });
    await dispatcher.destroy();
    expect(error).toMatchObject({ outcome: 'not-sent', retryable: true });
    expect(String(error)).toContain(
      `the proxy localhost:${silent.port} did not answer CONNECT within 50 ms`,
    );
  });

  it('received nothing for the endpoint, so a POST is retried', async () => {
    await using server = await startSecureServer();
    await using proxy = await startTestProxy({ target: server.port, refusals: [502, 0] });
    const backoff = { baseMs: 1, maxMs: 1 };
    const options = { ...ca, maxAttempts: 3, backoff, proxyFor: () => proxy.url };
    expect(await call(secure, options)).toEqual(thing);
    expect(proxy.seen).toHaveLength(3);
    expect(server.seen).toHaveLength(1);
  });

  it('is not blamed for the responses of an endpoint', async () => {
    await using proxy = await startTestProxy({ refusals: [403] });
    expect(await call(plain, { proxyFor: () => proxy.url })).toMatchObject({
      name: 'CloudApiError',
      status: 403,
      bodyKind: 'other',
    });
  });
});

/** Starts a server that accepts connections but does not respond. */
async function listenSilently() {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the user name and password of a proxy', () => {
  it('are not repeated from its response, wherever the text is truncated', async () => {
    const password = 'hunter2-and-much-more-of-it';
    const basic = Buffer.from(`joe:${password}`).toString('base64');
    const words = [password, encodeURIComponent(`joe:${password}`), basic];
    for (const pad of [0, 40, 70, 75]) {
      await using proxy = await startTestProxy({
        refusals: [502],
        page: `<html>${'x'.repeat(pad)} ${words.join(' ')}</html>`,
      });
      const login = Object.assign(new URL(proxy.url), { username: 'joe', password });
      const error = inspect(await call(plain, { proxyFor: () => login }), { depth: 9 });
      expect(error).toContain('answered 502');
      for (const word of words) expect(error).not.toContain(word.slice(0, 10));
    }
  });
});
