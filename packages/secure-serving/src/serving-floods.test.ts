import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsRegistry, systemRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock, until } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger } from '@k8s-ccm/foundation';
import { delegatedClient } from './authentication/delegated-client.ts';
import { readable } from './http/endpoint.ts';
import type { Endpoint } from './http/endpoint.ts';
import type { Serving } from './serving.ts';
import { ReviewApi } from './testing/review-api.ts';
import { ask, nobody, startTestServing as start } from './testing/test-serving.ts';

/** Each address of 127.0.0.0/8 but 127.0.0.1 counts as another host. */
const host = (n: number): string => `127.0.0.${n}`;

const nineHosts = [2, 3, 4, 5, 6, 7, 8, 9, 10].map(host);

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

function kept<S extends Socket>(socket: S): S {
  sockets.push(socket.on('error', () => undefined).resume());
  return socket;
}

/** A connection that says nothing. */
async function silent({ port }: Serving, from: string, to = '127.0.0.1'): Promise<Socket> {
  const socket = kept(connect({ port, host: to, localAddress: from }));
  await once(socket, 'connect');
  return socket;
}

/** A connection whose handshake is done. */
async function secure(serving: Serving, from: string): Promise<TLSSocket> {
  const { port, certificate: ca } = serving;
  const to = { port, host: '127.0.0.1', servername: 'localhost', ca, localAddress: from };
  const socket = kept(tlsConnect(to));
  await once(socket, 'secureConnect');
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close');
}

/** A connection that has asked once. */
async function asked(serving: Serving, from: string): Promise<TLSSocket> {
  const socket = await secure(serving, from);
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'data');
  return socket;
}

const statusOf = async (serving: Serving, from: string) =>
  (await ask(serving, '/healthz', { from })).status;

/** Serves with an API server that never answers about them. */
async function startReviewed(api: ReviewApi, resources: AsyncDisposableStack): Promise<Serving> {
  const client = await delegatedClient({
    kubeconfig: api.kubeconfig,
    userAgent: 'test',
    // Reviews never time out.
    clock: new FakeClock(),
    random: systemRandom,
    log: silentLogger,
    metrics: new MetricsRegistry(),
  });
  if (client === undefined) throw new Error('there is no client');
  resources.use(client);
  const serving = await start({
    authentication: { ...nobody, skipLookup: true },
    authenticationClient: client,
    authorizationClient: client,
  });
  return resources.use(serving);
}

/** Sends eight requests on each of some connections, and does not wait for the answers. */
async function flood(serving: Serving, from: string, connections: number): Promise<void> {
  for (let n = 0; n < connections; n += 1) {
    const socket = await secure(serving, from);
    for (let m = 0; m < 8; m += 1) {
      socket.write(
        `GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer made-up-${from}-${n}-${m}\r\n\r\n`,
      );
    }
  }
}

const askWith = async (serving: Serving, token: string, from: string) =>
  (await ask(serving, '/metrics', { from, headers: { authorization: `Bearer ${token}` } })).status;

describe('silent connections', () => {
  it('of nine source addresses do not shut out probes of the kubelet, nor other hosts', async () => {
    await using serving = await start();
    await Promise.all(
      nineHosts.flatMap((from) => Array.from({ length: 60 }, () => silent(serving, from))),
    );
    expect(await statusOf(serving, host(1))).toBe(200);
    expect(await statusOf(serving, host(20))).toBe(200);
  });

  it('of IPv4 clients count for their addresses also if the server listens on IPv6', async () => {
    await using serving = await start({ address: '::', limits: { maxConnectionsPerSource: 2 } });
    const [first] = [
      await silent(serving, host(2)),
      await silent(serving, host(2)),
      await silent(serving, host(3)),
      await silent(serving, host(2)),
    ];
    await closed(first);
    expect(await statusOf(serving, host(1))).toBe(200);
  });

  it('go before connections that have asked, the oldest first', async () => {
    await using serving = await start({ limits: { maxConnections: 4 } });
    const polite = await asked(serving, host(2));
    const tcp = await silent(serving, host(3));
    const tls = await secure(serving, host(4));
    const last = await silent(serving, host(5));
    await asked(serving, host(6));
    await closed(tcp);
    expect(tls.destroyed).toBe(false);
    await asked(serving, host(7));
    await closed(tls);
    await asked(serving, host(8));
    await closed(last);
    expect(polite.destroyed).toBe(false);
    await asked(serving, host(9));
    await closed(polite);
  });

  it('of one source take the places of that source only', async () => {
    await using serving = await start({
      limits: { maxConnections: 3, maxConnectionsPerSource: 2 },
    });
    const other = await silent(serving, host(3));
    const oldest = await silent(serving, host(2));
    await silent(serving, host(2));
    await silent(serving, host(2));
    await closed(oldest);
    expect(other.destroyed).toBe(false);
  });
});

describe('connections that are being answered', () => {
  it('stay, and leave the reserve to this node', async () => {
    const answers: (() => void)[] = [];
    const slow: Endpoint = readable(
      () => new Promise((resolve) => answers.push(() => resolve({ status: 200, body: '' }))),
    );
    const quick = readable(() => ({ status: 200, body: 'ok' }));
    await using serving = await start({
      limits: { maxConnections: 2 },
      authorization: { alwaysAllowPaths: ['*'], authorizedTtlMs: 0, unauthorizedTtlMs: 0 },
      router: (path) => (path === '/slow' ? slow : quick),
    });
    const waiting = [await secure(serving, host(2)), await secure(serving, host(3))];
    for (const socket of waiting) socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('both are being answered', () => answers.length === 2);
    expect(await statusOf(serving, host(1))).toBe(200);
    await expect(statusOf(serving, host(4))).rejects.toThrow(/disconnected|ECONNRESET|hang up/);
    for (const answer of answers) answer();
    await Promise.all(waiting.map((socket) => once(socket, 'data')));
    expect(await statusOf(serving, host(4))).toBe(200);
  });
});

describe('a client that does not read its answer', () => {
  it('keeps no place', async () => {
    const answers: string[] = [];
    const large = readable(() => {
      answers.push('large');
      return { status: 200, body: 'x'.repeat(32 * 1024 * 1024) };
    });
    const quick = readable(() => ({ status: 200, body: 'ok' }));
    await using serving = await start({
      limits: { maxConnections: 1 },
      authorization: { alwaysAllowPaths: ['*'], authorizedTtlMs: 0, unauthorizedTtlMs: 0 },
      router: (path) => (path === '/large' ? large : quick),
    });
    const idle = await secure(serving, host(2));
    idle.pause().write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await until('it is answered', () => answers.length === 1);
    expect(await statusOf(serving, host(3))).toBe(200);
  });
});

describe('TokenReviews of made-up tokens', () => {
  it('of one source are limited, and do not keep another source from being known', async () => {
    await using resources = new AsyncDisposableStack();
    const api = resources.use(await ReviewApi.start());
    const serving = await startReviewed(api, resources);
    await flood(serving, host(2), 20);
    await until('16 reviews wait', () => api.unanswered >= 16);
    expect(await askWith(serving, 'made-up-more', host(2))).toBe(429);
    expect(await askWith(serving, 'prometheus', host(3))).toBe(200);
    expect(await askWith(serving, 'prometheus-2', host(1))).toBe(200);
    expect(api.unanswered).toBe(16);
  });

  it('are given up when serving ends', async () => {
    await using api = await ReviewApi.start();
    const resources = new AsyncDisposableStack();
    const serving = await startReviewed(api, resources);
    await flood(serving, host(2), 2);
    await until('16 reviews wait', () => api.unanswered === 16);
    await resources.disposeAsync();
    await until('no review waits', () => api.unanswered === 0);
    await expect(ask(serving, '/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  it('of nine sources do not keep a tenth from being known', async () => {
    await using resources = new AsyncDisposableStack();
    const api = resources.use(await ReviewApi.start());
    const serving = await startReviewed(api, resources);
    await Promise.all(nineHosts.map((from) => flood(serving, from, 2)));
    await until('100 reviews wait', () => api.unanswered >= 100);
    expect(await askWith(serving, 'prometheus', host(20))).toBe(200);
    expect(await askWith(serving, 'prometheus-2', host(1))).toBe(200);
  });
});
