import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MetricsRegistry, systemClock } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import type { CertificatePair } from '@k8s-ccm/foundation';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { reloadPeriodMs } from '../files/file-reloads.ts';
import { httpsGet } from '../testing/https-get.ts';
import { ask as get, nobody, startTestServing as start } from '../testing/test-serving.ts';

function fingerprint({ cert }: CertificatePair): string {
  return new X509Certificate(cert).fingerprint256;
}

function serverPair(authority: TestAuthority): Promise<CertificatePair> {
  return authority.issue({ commonName: 'ccm' }, { usage: 'server', hosts: ['localhost'] });
}

describe('the certificates of a server', () => {
  let folder: string;
  let authority: TestAuthority;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serving-certificates-'));
    authority = await TestAuthority.create('clients', systemClock.now());
    await writeFile(join(folder, 'clients.crt'), authority.certificate);
  });
  afterAll(() => rm(folder, { recursive: true }));

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
    const cut = authority.certificate.slice(0, 100);
    await write('cut', { cert: second.cert + cut, key: second.key });
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
      'serving_file_reloads_total{name="serving certificate",result="error"} 3',
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
      authentication: { ...nobody, clientCaFile: join(folder, 'clients.crt') },
      certificates: {
        certFile: own.certFile,
        keyFile: own.keyFile,
        certDir: '',
        pairName: 'ccm',
        named: [exact, wild],
      },
    });
    const client = await authority.issue({ commonName: 'eve', organizations: ['system:masters'] });
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
    expect((await stat(join(folder, 'made/ccm.key'))).mode & 0o777).toBe(0o600);
    await unlink(join(folder, 'made/ccm.key'));
    await expect(start({ certificates })).rejects.toThrow('made/ccm.key is missing');
  });

  it('writes no key to where a link leads', async () => {
    const certDir = await mkdtemp(join(folder, 'linked-'));
    const target = join(folder, 'elsewhere.key');
    await symlink(target, join(certDir, 'ccm.key'));
    const certificates = { certFile: '', keyFile: '', certDir, pairName: 'ccm', named: [] };
    await expect(start({ certificates })).rejects.toThrow('EEXIST');
    expect(await readdir(folder)).not.toContain('elsewhere.key');
  });

  it.each([
    [{ certFile: '/no/such.crt', keyFile: '/no/such.key' }, 'cannot read /no/such.crt'],
    [{ certFile: '/no/such.crt', keyFile: '' }, 'needs --tls-private-key-file'],
    [{ certFile: '', keyFile: '/no/such.key' }, 'needs --tls-cert-file'],
  ])('does not start with %j', async (files, says) => {
    const certificates = { ...files, certDir: '', pairName: 'ccm', named: [] };
    await expect(start({ certificates })).rejects.toThrow(says);
  });
});
