import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { CloudError } from '../answer/errors.ts';
import { Budget } from '../budget/budget.ts';
import type { CloudClientOptions } from '../call/cloud-client.ts';
import { CloudClient } from '../call/cloud-client.ts';
import {
  authority,
  expiredCertificate,
  foreignCertificate,
  serverKey,
  validCertificate,
} from '../testing/certificates.ts';
import { startTestServer } from '../testing/test-server.ts';

const Thing = t.type({ id: t.string }, 'thing');

/** Makes one call over a real connection and returns its result. */
async function call(
  url: string,
  options: CloudClientOptions = {},
  method: 'GET' | 'POST' = 'POST',
): Promise<unknown> {
  await using client = new CloudClient({ maxAttempts: 1, ...options });
  const request = { operation: 'MakeThing', method, url: `${url}/things`, answer: Thing } as const;
  try {
    return await client.call(request);
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
}

const answer: Parameters<typeof startTestServer>[0] = (_request, _incoming, outgoing) => {
  outgoing.end('{"id":"thing-1"}');
};

describe('a failed connection', () => {
  it('is reported as not sent if it was refused', async () => {
    const { port, url } = await startTestServer(answer).then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    const error = await call(url);
    expect(error).toMatchObject({ name: 'CloudTransportError', outcome: 'not-sent' });
    expect(String(error)).toContain(`MakeThing: localhost:${port} refused the connection`);
  });

  it('is reported as not sent if the host does not exist', async () => {
    const error = await call('http://no-such-host.invalid', { attemptTimeoutMs: 50_000 });
    expect(error).toMatchObject({ outcome: 'not-sent', host: 'no-such-host.invalid' });
    expect(String(error)).toMatch(/no-such-host\.invalid cannot be resolved/);
    // A machine without a name server needs time to report it.
  }, 60_000);

  it('has an unknown outcome if it was reset before the response', async () => {
    await using server = await startTestServer((_request, incoming) => {
      incoming.socket.resetAndDestroy();
    });
    const error = await call(server.url);
    expect(error).toMatchObject({ name: 'CloudTransportError', outcome: 'unknown' });
    expect(String(error)).toContain('closed the connection before the response was complete');
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['of a known length', { 'content-length': '100' }],
    ['in chunks', {}],
  ])('has an unknown outcome if it was closed in the middle of a body %s', async (_, headers) => {
    await using server = await startTestServer((_request, incoming, outgoing) => {
      outgoing.writeHead(200, headers);
      outgoing.write('{"id":"th', () => incoming.socket.destroy());
    });
    expect(await call(server.url)).toMatchObject({
      name: 'CloudTransportError',
      outcome: 'unknown',
      message: expect.stringContaining('before the response was complete'),
    });
  });

  it.each([
    ['answer', (): void => undefined],
    [
      'body',
      (...[, , outgoing]: Parameters<typeof answer>): void => {
        outgoing.writeHead(200);
        outgoing.write('{"id":');
      },
    ],
  ])('has an unknown outcome if there was no %s in time', async (_, hang) => {
    await using server = await startTestServer(hang);
    const error = await call(server.url, { attemptTimeoutMs: 50 });
    expect(error).toMatchObject({ name: 'CloudTimeoutError', outcome: 'unknown', timeoutMs: 50 });
    expect(String(error)).toMatch(/no response from localhost:\d+ within 50 ms/);
  });

  it('is retried if that is safe', async () => {
    await using server = await startTestServer((_request, incoming, outgoing) => {
      if (server.seen.length === 1) incoming.socket.resetAndDestroy();
      else outgoing.end('{"id":"thing-1"}');
    });
    const backoff = { baseMs: 1, maxMs: 1 };
    expect(await call(server.url, { maxAttempts: 3, backoff }, 'GET')).toEqual({ id: 'thing-1' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('TLS', () => {
  it.each([
    ['has expired', expiredCertificate, 'presented a TLS certificate that has expired'],
    ['is for another host', foreignCertificate, 'presented a TLS certificate for another host'],
  ])('refuses a certificate that %s, and reports the reason', async (_, cert, words) => {
    await using server = await startTestServer(answer, { key: serverKey, cert });
    const error = await call(server.url, { tls: { ca: authority } });
    expect(error).toMatchObject({ outcome: 'not-sent', retryable: false });
    expect(String(error)).toContain(words);
    expect(server.seen).toHaveLength(0);
  });

  it('refuses an authority that is not trusted, and accepts it if it is configured', async () => {
    await using server = await startTestServer(answer, { key: serverKey, cert: validCertificate });
    expect(String(await call(server.url))).toContain('configure the private CA');
    expect(await call(server.url, { tls: { ca: authority } })).toEqual({ id: 'thing-1' });
  });

  it('skips verification only if configured', async () => {
    await using server = await startTestServer(answer, {
      key: serverKey,
      cert: expiredCertificate,
    });
    expect(await call(server.url, { tls: { insecureSkipVerify: true } })).toEqual({
      id: 'thing-1',
    });
  });

  it('reports a server that does not speak TLS', async () => {
    await using server = await startTestServer(answer);
    const error = await call(server.url.replace('http:', 'https:'));
    // The same failure can end an open connection, so it does not prove that nothing was sent.
    expect(error).toMatchObject({ outcome: 'unknown', retryable: true });
    expect(String(error)).toContain('does not speak TLS on this port');
  });

  it('reports a handshake that the server aborts', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await call(`https://localhost:${port}`);
    await new Promise((resolve) => server.close(resolve));
    expect(error).toMatchObject({ outcome: 'not-sent' });
  });
});

describe('connections', () => {
  it('are persistent and shared', async () => {
    const sockets = new Set<unknown>();
    await using server = await startTestServer((_request, incoming, outgoing) => {
      sockets.add(incoming.socket);
      outgoing.end('{"id":"thing-1"}');
    });
    await using client = new CloudClient({ budget: new Budget({ concurrency: 3 }) });
    const request = {
      operation: 'GetThing',
      method: 'GET',
      url: server.url,
      answer: Thing,
    } as const;
    await Promise.all(Array.from({ length: 30 }, () => client.call(request)));
    expect(server.seen).toHaveLength(30);
    expect(sockets.size).toBeLessThan(10);
  });
});
