import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { MetricsRegistry, systemClock, systemRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { CertificatePair } from './certificate-pair.ts';
import { readable } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { reloadPeriodMs } from './file-reloads.ts';
import { startServing } from './serving.ts';
import type { Serving, ServingOptions } from './serving.ts';
import { httpsGet } from './testing/https-get.ts';
import type { HttpsAsk } from './testing/https-get.ts';
import { TestAuthority } from './testing/test-authority.ts';

const nobody = {
  tokenCacheTtlMs: 10_000,
  clientCaFile: '',
  requestHeader: {
    clientCaFile: '',
    allowedNames: [],
    usernameHeaders: ['X-Remote-User'],
    uidHeaders: [],
    groupHeaders: ['X-Remote-Group'],
    extraHeaderPrefixes: [],
  },
  skipLookup: false,
  tolerateLookupFailure: false,
};

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/healthz': readable(() => ({ status: 200, body: 'ok' })),
  '/metrics': readable(() => ({ status: 200, body: 'things_total 1\n' })),
  '/echo': {
    methods: ['PUT'],
    answer: async (request) => ({ status: 200, body: await request.body(8) }),
  },
  '/broken': readable(() => {
    throw new Error('broken gauge');
  }),
};

function start(options: Partial<ServingOptions> = {}): Promise<Serving> {
  return startServing({
    address: '127.0.0.1',
    port: 0,
    isPortShared: false,
    certificates: { certFile: '', keyFile: '', certDir: '', pairName: 'ccm', named: [] },
    tls: { minVersion: '', cipherSuites: [], curvePreferences: [] },
    authentication: nobody,
    authorization: {
      alwaysAllowPaths: ['/healthz'],
      authorizedTtlMs: 10_000,
      unauthorizedTtlMs: 10_000,
    },
    router: (path) => endpoints[path],
    metrics: new MetricsRegistry(),
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    signal: new AbortController().signal,
    ...options,
  });
}

function get(serving: Serving, path: string, ask: Partial<HttpsAsk> = {}) {
  return httpsGet(path, { port: serving.port, ca: serving.certificate, ...ask });
}

function fingerprint({ cert }: CertificatePair): string {
  return new X509Certificate(cert).fingerprint256;
}

function serverPair(authority: TestAuthority): Promise<CertificatePair> {
  return authority.issue({ commonName: 'ccm' }, { usage: 'server', hosts: ['localhost'] });
}

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

  it('shows new files without a restart, and keeps the old ones where the new are no pair', async () => {
    const clock = new FakeClock({ now: systemClock.now() });
    const metrics = new MetricsRegistry();
    // As the kubelet does it: the names are links through a link that is swapped.
    const write = async (name: string, { cert, key }: CertificatePair) => {
      const version = await mkdtemp(join(folder, `${name}-`));
      await writeFile(join(version, 'tls.crt'), cert);
      await writeFile(join(version, 'tls.key'), key);
      await symlink(version, join(folder, 'data.new'));
      await rename(join(folder, 'data.new'), join(folder, 'data'));
    };
    const [first, second, third] = await Promise.all([
      serverPair(authority),
      serverPair(authority),
      serverPair(authority),
    ]);
    await write('first', first);
    await using serving = await start({
      clock,
      metrics,
      certificates: {
        certFile: join(folder, 'data/tls.crt'),
        keyFile: join(folder, 'data/tls.key'),
        certDir: '',
        pairName: 'ccm',
        named: [],
      },
    });
    const shown = async () => (await get(serving, '/healthz', { ca: authority.certificate })).shown;
    const look = async () => {
      await clock.waitForTimers(1);
      await clock.advance(reloadPeriodMs);
      await clock.waitForTimers(1);
    };
    expect(await shown()).toBe(fingerprint(first));
    await write('bad', { cert: second.cert, key: third.key });
    await look();
    expect(await shown()).toBe(fingerprint(first));
    await unlink(join(folder, 'data'));
    await look();
    expect(await shown()).toBe(fingerprint(first));
    await write('third', third);
    await look();
    expect(await shown()).toBe(fingerprint(third));
    const text = await metrics.render();
    expect(text).toContain(
      'serving_file_reloads_total{name="serving certificate",result="error"} 2',
    );
    expect(text).toContain(
      'serving_file_reloads_total{name="serving certificate",result="success"} 1',
    );
  });

  it('shows each host its own certificate', async () => {
    const write = async (name: string, hosts: readonly string[]) => {
      const pair = await authority.issue({ commonName: name }, { usage: 'server', hosts });
      const certFile = join(folder, `${name}.crt`);
      const keyFile = join(folder, `${name}.key`);
      await writeFile(certFile, pair.cert);
      await writeFile(keyFile, pair.key);
      return { certFile, keyFile, names: [], shown: new X509Certificate(pair.cert).fingerprint256 };
    };
    const own = await write('own', ['localhost']);
    const exact = await write('exact', ['ccm.example.test']);
    const wild = { ...(await write('wild', [])), names: ['*.example.test'] };
    await using serving = await start({
      ...withClientCa(),
      certificates: {
        certFile: own.certFile,
        keyFile: own.keyFile,
        certDir: '',
        pairName: 'ccm',
        named: [exact, wild],
      },
    });
    const client = await authority.issue(masters);
    const asked = async (servername: string) => {
      const { port } = serving;
      const { shown, status } = await httpsGet('/metrics', { port, servername, client });
      return { shown, status };
    };
    expect(await asked('localhost')).toEqual({ shown: own.shown, status: 200 });
    expect(await asked('ccm.example.test')).toEqual({ shown: exact.shown, status: 200 });
    expect(await asked('other.example.test')).toEqual({ shown: wild.shown, status: 200 });
    expect(await asked('a.b.example.test')).toEqual({ shown: own.shown, status: 200 });
  });

  it('makes the pair in --cert-dir once', async () => {
    const certificates = {
      certFile: '',
      keyFile: '',
      certDir: join(folder, 'made'),
      pairName: 'ccm',
      named: [],
    };
    const shown = async () => {
      await using serving = await start({ certificates });
      return (await get(serving, '/healthz')).shown;
    };
    const first = await shown();
    expect(await shown()).toBe(first);
    await unlink(join(folder, 'made/ccm.key'));
    await expect(start({ certificates })).rejects.toThrow('made/ccm.key is missing');
  });

  it.each([
    [{ certFile: '/no/such.crt', keyFile: '/no/such.key' }, '/no/such.crt cannot be read'],
    [{ certFile: '/no/such.crt', keyFile: '' }, 'needs --tls-private-key-file'],
    [{ certFile: '', keyFile: '/no/such.key' }, 'needs --tls-cert-file'],
  ])('does not start with %j', async (files, says) => {
    const certificates = { ...files, certDir: '', pairName: 'ccm', named: [] };
    await expect(start({ certificates })).rejects.toThrow(says);
  });

  it.each([
    ['/', 'GET', 404],
    ['//', 'GET', 404],
    ['/metrics/', 'GET', 404],
    ['/healthz/../metrics', 'GET', 404],
    ['/%6detrics', 'GET', 404],
    ['/healthz', 'POST', 405],
    ['/healthz', 'HEAD', 200],
    ['/metrics?/healthz', 'GET', 401],
  ])('answers %s by %s with %i', async (path, method, status) => {
    await using serving = await start();
    expect((await get(serving, path, { method })).status).toBe(status);
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
});
