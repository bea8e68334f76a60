import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { CertificatePair } from '@k8s-ccm/foundation';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { reloadPeriodMs } from './files/file-reloads.ts';
import { ask as get, nobody, startTestServing as start } from './testing/test-serving.ts';

describe('startServing', () => {
  let folder: string;
  let authority: TestAuthority;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serving-'));
    authority = await TestAuthority.create('clients', systemClock.now());
    await writeFile(join(folder, 'clients.crt'), authority.certificate);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const masters = { commonName: 'eve', organizations: ['system:masters'] };
  const open = { ...nobody, skipLookup: true };
  const withClientCa = () => ({
    authentication: { ...open, clientCaFile: join(folder, 'clients.crt') },
  });

  it('answers what is open to all with a certificate that is good for localhost', async () => {
    await using serving = await start();
    const { status, body, headers } = await get(serving, '/healthz');
    expect({ status, body }).toEqual({ status: 200, body: 'ok' });
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('asks whoever wants more, also from this host, for credentials', async () => {
    await using serving = await start();
    const { status, headers, body } = await get(serving, '/metrics');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(body)).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  });

  it('lets the masters do everything, by client certificate', async () => {
    await using serving = await start(withClientCa());
    const client = await authority.issue({
      commonName: 'jane',
      organizations: ['system:masters', 'dev'],
    });
    expect(await get(serving, '/metrics', { client })).toMatchObject({ status: 200 });
  });

  it('knows others by client certificate, and refuses them', async () => {
    await using serving = await start(withClientCa());
    const client = await authority.issue({ commonName: 'joe', organizations: ['dev'] });
    const { status, body } = await get(serving, '/metrics', { client });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({
      message: 'forbidden: User "joe" cannot get path "/metrics"',
      reason: 'Forbidden',
    });
  });

  it('takes an authority below another one where both are in the bundle', async () => {
    const below = await authority.intermediate('below');
    const file = join(folder, 'below.crt');
    await writeFile(file, below.certificate + authority.certificate);
    await using serving = await start({ authentication: { ...open, clientCaFile: file } });
    const client = await below.issue(masters);
    expect(await get(serving, '/metrics', { client })).toMatchObject({ status: 200 });
    await using other = await start(withClientCa());
    const chain = { cert: client.cert + below.certificate, key: client.key };
    expect(await get(other, '/metrics', { client: chain })).toMatchObject({ status: 401 });
  });

  const day = 86_400_000;
  it.each<[string, () => Promise<CertificatePair>]>([
    [
      'another authority of the same name',
      async () => (await TestAuthority.create('clients', systemClock.now())).issue(masters),
    ],
    ['no authority', async () => (await TestAuthority.create('eve', systemClock.now())).pair],
    [
      'a client that is no authority',
      async () => {
        const client = await authority.intermediate('plain', { usage: 'client' });
        const { cert, key } = await client.issue(masters);
        return { cert: cert + client.certificate, key };
      },
    ],
    [
      'the past',
      () =>
        authority.issue(masters, {
          from: systemClock.now() - 2 * day,
          to: systemClock.now() - day,
        }),
    ],
    [
      'the future',
      () =>
        authority.issue(masters, {
          from: systemClock.now() + day,
          to: systemClock.now() + 2 * day,
        }),
    ],
    ['servers', () => authority.issue(masters, { usage: 'server' })],
  ])('refuses a client certificate of %s', async (_whose, make) => {
    await using serving = await start(withClientCa());
    const client = await make();
    expect(await get(serving, '/metrics', { client })).toMatchObject({ status: 401 });
    expect(await get(serving, '/healthz', { client })).toMatchObject({ status: 200 });
  });

  it('believes a proxy of its own authority, of an allowed name, in what it says of the user', async () => {
    const proxies = await TestAuthority.create('proxies', systemClock.now());
    const file = join(folder, 'proxies.crt');
    await writeFile(file, proxies.certificate);
    await using serving = await start({
      authentication: {
        ...withClientCa().authentication,
        requestHeader: {
          ...nobody.requestHeader,
          clientCaFile: file,
          allowedNames: ['front-proxy'],
        },
      },
    });
    const headers = { 'x-remote-user': 'jane', 'x-remote-group': ['dev', 'system:masters'] };
    const ask = async (client: CertificatePair) =>
      (await get(serving, '/metrics', { client, headers })).status;
    expect(await ask(await proxies.issue({ commonName: 'front-proxy' }))).toBe(200);
    expect(await ask(await proxies.issue({ commonName: 'other' }))).toBe(401);
    // Who is only a client is itself, whatever it says.
    expect(await ask(await authority.issue({ commonName: 'front-proxy' }))).toBe(403);
    expect(await ask(await proxies.issue(masters))).toBe(401);
  });

  it('stops to take certificates of an authority that is gone, also on a new connection', async () => {
    const clock = new FakeClock({ now: systemClock.now() });
    const next = await TestAuthority.create('clients', systemClock.now());
    const file = join(folder, 'rotated.crt');
    await writeFile(file, authority.certificate);
    await using serving = await start({
      clock,
      authentication: { ...open, clientCaFile: file },
    });
    const [older, newer] = await Promise.all([authority.issue(masters), next.issue(masters)]);
    expect(await get(serving, '/metrics', { client: older })).toMatchObject({ status: 200 });
    expect(await get(serving, '/metrics', { client: newer })).toMatchObject({ status: 401 });
    await writeFile(file, next.certificate);
    await clock.waitForTimers(1);
    await clock.advance(reloadPeriodMs);
    await clock.waitForTimers(1);
    expect(await get(serving, '/metrics', { client: older })).toMatchObject({ status: 401 });
    expect(await get(serving, '/metrics', { client: newer })).toMatchObject({ status: 200 });
  });

  it.each([
    ['/', 'GET', 401, 404],
    ['//', 'GET', 401, 404],
    ['/metrics/', 'GET', 401, 404],
    ['/metrics', 'POST', 401, 405],
    ['/healthz/', 'GET', 401, 404],
    ['/healthz/../metrics', 'GET', 401, 404],
    ['/%6detrics', 'GET', 401, 404],
    ['/debug/pprof/', 'GET', 401, 404],
    ['/debug/flags/v', 'PUT', 401, 404],
    ['/healthz', 'POST', 405, 405],
    ['/healthz', 'HEAD', 200, 200],
    ['/metrics?/healthz', 'GET', 401, 200],
  ])(
    'answers %s by %s with %i to a stranger and %i to a master',
    async (path, method, ...codes) => {
      await using serving = await start(withClientCa());
      const client = await authority.issue(masters);
      const answers = [
        await get(serving, path, { method }),
        await get(serving, path, { method, client }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(codes);
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'does not resume sessions of %s, which would outlive an authority',
    async (version) => {
      await using serving = await start(withClientCa());
      const { port, certificate: ca } = serving;
      const client = await authority.issue(masters);
      const dial = (session?: Buffer) =>
        tlsConnect({
          ...client,
          port,
          host: '127.0.0.1',
          servername: 'localhost',
          ca,
          minVersion: version,
          maxVersion: version,
          session,
        }).on('error', () => undefined);
      const first = dial();
      let session: Buffer | undefined;
      first.on('session', (ticket) => (session = ticket));
      first.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      expect(await text(first)).toContain('200 OK');
      const second = dial(session ?? first.getSession());
      await once(second, 'secureConnect');
      expect(second.isSessionReused()).toBe(false);
      second.destroy();
    },
  );

  it('does not let a client show another certificate on the same connection', async () => {
    await using serving = await start(withClientCa());
    const { port, certificate: ca } = serving;
    const client = await authority.issue({ commonName: 'joe' });
    const to = {
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca,
      maxVersion: 'TLSv1.2',
    } as const;
    const socket = tlsConnect({ ...to, ...client }).on('error', () => undefined);
    await once(socket, 'secureConnect');
    const outcome = new Promise((resolve) => {
      socket.once('close', () => resolve('closed'));
      socket.renegotiate({}, (error) => resolve(error === null ? 'done' : 'refused'));
    });
    expect(await outcome).not.toBe('done');
    socket.destroy();
  });

  it('goes on after a failure within', async () => {
    await using serving = await start({
      authorization: { alwaysAllowPaths: ['*'], authorizedTtlMs: 0, unauthorizedTtlMs: 0 },
    });
    expect((await get(serving, '/broken')).status).toBe(500);
    expect((await get(serving, '/echo', { method: 'PUT', body: 'short' })).body).toBe('short');
    expect((await get(serving, '/echo', { method: 'PUT', body: 'too long for it' })).status).toBe(
      413,
    );
    expect((await get(serving, '/healthz')).status).toBe(200);
  });

  it('refuses a port that is taken', async () => {
    await using serving = await start();
    await expect(start({ port: serving.port })).rejects.toThrow('EADDRINUSE');
  });

  it('ends with connections open that say nothing', async () => {
    const serving = await start();
    const socket = connect(serving.port, '127.0.0.1');
    const closed = Promise.withResolvers<void>();
    socket.on('error', () => undefined).on('close', () => closed.resolve());
    await new Promise((resolve) => socket.once('connect', resolve));
    await serving[Symbol.asyncDispose]();
    await closed.promise;
    expect(socket.destroyed).toBe(true);
  });

  it('closes connections of those who are slow, and answers others meanwhile', async () => {
    const limits = {
      handshakeTimeout: 100,
      headersTimeout: 100,
      requestTimeout: 100,
      connectionsCheckingInterval: 20,
    };
    await using serving = await start({ limits });
    const { port, certificate: ca } = serving;
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    const slow = tlsConnect({ port, host: '127.0.0.1', servername: 'localhost', ca });
    slow.on('error', () => undefined).write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect((await get(serving, '/healthz')).status).toBe(200);
    const answer = text(slow);
    await once(silent.resume(), 'close');
    expect(await answer).toContain('408 Request Timeout');
  });

  it('refuses headers that are too large', async () => {
    await using serving = await start({ limits: { maxHeaderSize: 1024 } });
    const headers = { 'x-large': 'x'.repeat(2000) };
    expect((await get(serving, '/healthz', { headers })).status).toBe(431);
  });
});
