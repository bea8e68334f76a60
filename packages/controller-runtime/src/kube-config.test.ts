import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger } from '@k8s-ccm/cloud-provider';
import type { ApiServerConfig } from './api-server-config.ts';
import { loadKubeConfig, type LoadKubeConfigOptions } from './kube-config.ts';
import { FakeClock } from './testing/fake-clock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kube-config-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('loadKubeConfig', () => {
  it('reads server, token and namespace of the current context', async () => {
    const config = await load(kubeconfig({ user: { token: 's3cret' } }));
    expect(config).toMatchObject({ server: 'https://example.test:6443', namespace: 'ccm' });
    expect(config.source).toMatch(/^kubeconfig .*config, context "main"$/);
    expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer s3cret' });
    expect(await config.tls()).toEqual({ rejectUnauthorized: true });
  });

  it('reads YAML', async () => {
    const config = await load(
      [
        'current-context: main',
        'contexts: [{name: main, context: {cluster: c, user: u}}]',
        'clusters: [{name: c, cluster: {server: "https://yaml.test/"}}]',
        'users: [{name: u, user: {username: joe, password: "1"}}]',
      ].join('\n'),
    );
    expect(config.server).toBe('https://yaml.test');
    expect(await config.credentials.headers()).toEqual({ authorization: `Basic ${btoa('joe:1')}` });
  });

  it('takes the server from --master where both are given', async () => {
    const config = await load(kubeconfig({ user: { token: 't' } }), {
      master: 'http://127.0.0.1:8080/',
    });
    expect(config.server).toBe('http://127.0.0.1:8080');
    expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer t' });
  });

  it('is anonymous with --master alone', async () => {
    const config = await loadKubeConfig({ ...common(), master: 'https://example.test' });
    expect(config.server).toBe('https://example.test');
    expect(await config.credentials.headers()).toEqual({});
  });

  it('takes another context by name', async () => {
    const config = await load(kubeconfig({}), { context: 'nobody' });
    expect(await config.credentials.headers()).toEqual({});
  });

  it('reads a token file beside the kubeconfig, again after a minute and after a refusal', async () => {
    await writeFile(join(folder, 'token'), 'one\n');
    const clock = new FakeClock();
    const { credentials } = await load(
      kubeconfig({ user: { token: 'unused', tokenFile: 'token' } }),
      { clock },
    );
    await writeFile(join(folder, 'token'), 'two');
    const first = await credentials.headers();
    expect(first).toEqual({ authorization: 'Bearer one' });
    await clock.advance(60_000);
    const second = await credentials.headers();
    expect(second).toEqual({ authorization: 'Bearer two' });
    await writeFile(join(folder, 'token'), 'three');
    credentials.refuse(second);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer three' });
  });

  it('impersonates', async () => {
    const user = {
      token: 't',
      as: 'jane',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'x/y': ['z'] },
    };
    const { credentials } = await load(kubeconfig({ user }));
    expect(await credentials.headers()).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': 'jane',
      'impersonate-uid': '7',
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-x%2Fy': ['z'],
    });
  });

  it('says aloud that it does not verify the certificate', async () => {
    const warnings: string[] = [];
    const log: Logger = { ...silentLogger, warn: (line) => warnings.push(line) };
    const config = await load(
      kubeconfig({
        cluster: { 'insecure-skip-tls-verify': true, 'certificate-authority': 'not-there' },
      }),
      { log },
    );
    expect(await config.tls()).toEqual({ rejectUnauthorized: false });
    expect(warnings).toEqual([expect.stringContaining('not verified')]);
  });

  it.each([
    ['kubeconfig', async (options: ProxyOptions) => await load(kubeconfig({}), options)],
    [
      '--master',
      async (options: ProxyOptions) =>
        await loadKubeConfig({ ...common(), ...options, master: 'https://example.test:6443' }),
    ],
  ])('goes by the proxy for the server of %s', async (_, read) => {
    const asked: string[] = [];
    const proxyFor = (url: URL): URL => {
      asked.push(url.href);
      return new URL('http://joe:pass@proxy.test:3128');
    };
    expect((await read({ proxyFor })).proxyUrl).toBe('http://joe:pass@proxy.test:3128/');
    expect(asked).toEqual(['https://example.test:6443/']);
    expect(await read({ proxyFor: () => undefined })).not.toHaveProperty('proxyUrl');
  });

  it('takes the file’s proxy before any other', async () => {
    const content = kubeconfig({ cluster: { 'proxy-url': 'http://proxy.test:3128' } });
    const config = await load(content, { proxyFor: () => new URL('http://other.test') });
    expect(config.proxyUrl).toBe('http://proxy.test:3128');
  });

  it('hands on proxy and server name', async () => {
    const config = await load(
      kubeconfig({
        cluster: { 'proxy-url': 'http://proxy.test:3128', 'tls-server-name': 'api.internal' },
      }),
    );
    expect(config.proxyUrl).toBe('http://proxy.test:3128');
    expect(await config.tls()).toMatchObject({ servername: 'api.internal' });
  });

  describe('with an exec plugin', () => {
    it('runs it once for all who ask, tells it what it asks for, and again only after a refusal', async () => {
      await plugin(
        './plugin',
        `echo "$KUBERNETES_EXEC_INFO" > info; echo run >> runs; printf '%s' '${credential}'`,
      );
      const { credentials } = await load(
        kubeconfig({
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1',
              command: './plugin',
              env: [{ name: 'FOLDER', value: folder }],
            },
          },
        }),
      );
      const all = await Promise.all(
        Array.from({ length: 20 }, async () => await credentials.headers()),
      );
      expect(new Set(all).size).toBe(1);
      expect(await runs()).toBe(1);
      expect(JSON.parse(await readFile(join(folder, 'info'), 'utf8'))).toMatchObject({
        kind: 'ExecCredential',
        spec: { interactive: false },
      });
      const [first] = all;
      credentials.refuse(first ?? {});
      expect(await credentials.headers()).toMatchObject({ authorization: 'Bearer token' });
      expect(await runs()).toBe(2);
    });

    it('uses a certificate that it yields', async () => {
      await plugin(
        './plugin',
        `printf '%s' '{"status":{"clientCertificateData":"CERT","clientKeyData":"KEY"}}'`,
      );
      const config = await load(
        kubeconfig({
          user: { exec: { command: './plugin', env: [{ name: 'FOLDER', value: folder }] } },
        }),
      );
      expect(await config.tls()).toEqual({ cert: 'CERT', key: 'KEY', rejectUnauthorized: true });
    });

    it.each([
      ['fails', 'echo no license >&2; exit 3', /credential plugin ".*plugin" failed: no license/],
      [
        'prints nonsense',
        'echo s3cret',
        /credential plugin ".*plugin" failed: it printed no JSON$/,
      ],
    ])('says which plugin %s', async (_, script, message) => {
      await plugin('./plugin', script);
      const exec = { command: './plugin', env: [{ name: 'FOLDER', value: folder }] };
      await expect(load(kubeconfig({ user: { exec } }))).rejects.toThrow(message);
    });

    it('says which plugin is not there', async () => {
      await expect(
        load(kubeconfig({ user: { exec: { command: 'no-such-plugin-here' } } })),
      ).rejects.toThrow(
        /kubeconfig .*config: credential plugin "no-such-plugin-here" failed: .*ENOENT/,
      );
    });
  });

  describe('for a file that is replaced while we run', () => {
    it('takes the token in it after a minute, and at once after a refusal', async () => {
      const clock = new FakeClock();
      const { credentials } = await load(kubeconfig({ user: { token: 'one' } }), { clock });
      await replace(kubeconfig({ user: { token: 'two' } }));
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
      await clock.advance(60_000);
      const second = await credentials.headers();
      expect(second).toEqual({ authorization: 'Bearer two' });
      await replace(kubeconfig({ user: { token: 'three' } }));
      credentials.refuse(second);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer three' });
    });

    it('takes another kind of credentials', async () => {
      const { credentials } = await load(kubeconfig({ user: { token: 'one' } }));
      await writeFile(join(folder, 'token'), 'from a file');
      await replace(kubeconfig({ user: { tokenFile: 'token', as: 'jane' } }));
      credentials.refuse(await credentials.headers());
      expect(await credentials.headers()).toEqual({
        authorization: 'Bearer from a file',
        'impersonate-user': 'jane',
      });
    });

    it('takes the certificate authorities in it for the next connection', async () => {
      const [one, two] = [rootCertificates[0] ?? '', rootCertificates[1] ?? ''];
      const { tls } = await load(withCa(one));
      await replace(withCa(two));
      expect(await tls()).toEqual({ ca: Buffer.from(two), rejectUnauthorized: true });
    });

    it('goes on with what it said where it has become unusable, and warns', async () => {
      const warnings: string[] = [];
      const log: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
      const { credentials } = await load(kubeconfig({ user: { token: 'one' } }), { log });
      await replace('{');
      credentials.refuse(await credentials.headers());
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
      expect(warnings).toEqual([
        'the kubeconfig cannot be used any more, going on with what it said',
      ]);
      await replace(kubeconfig({ user: { token: 'two' } }));
      credentials.refuse(await credentials.headers());
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer two' });
    });

    it('does not run a plugin again that is still the same', async () => {
      await plugin('plugin', `echo run >> runs; echo '${credential}'`);
      const user = { exec: { command: './plugin', env: [{ name: 'FOLDER', value: folder }] } };
      const clock = new FakeClock();
      const { credentials } = await load(kubeconfig({ user }), { clock });
      await clock.advance(60_000);
      await credentials.headers();
      expect(await runs()).toBe(1);
      await replace(JSON.stringify(kubeconfig({ user }), undefined, 2));
      await clock.advance(60_000);
      await credentials.headers();
      expect(await runs()).toBe(2);
    });
  });

  describe('names the file and what is wrong', () => {
    it.each<[string, string | object, RegExp]>([
      ['no YAML', 'a: [', /is neither YAML nor JSON/],
      ['an empty file', '', /is neither YAML nor JSON/],
      ['a list', '- a', /holds no object/],
      ['no current context', { contexts: [] }, /has no current-context/],
      [
        'an unknown context',
        { ...kubeconfig({}), 'current-context': 'x' },
        /has no context "x" \(it has: main, nobody\)/,
      ],
      ['no contexts', { 'current-context': 'x' }, /has no context "x" \(it has: none\)/],
      [
        'contexts that are no list',
        { 'current-context': 'x', contexts: {} },
        /contexts must be a list/,
      ],
      [
        'an unknown cluster',
        { ...kubeconfig({}), clusters: [] },
        /has no cluster "c" \(it has: none\)/,
      ],
      [
        'an unknown user',
        { ...kubeconfig({}), users: [{ name: 'v' }] },
        /has no user "u" \(it has: v\)/,
      ],
      [
        'no server',
        kubeconfig({ cluster: { server: '' } }),
        /cluster "c": server must be an http or https URL/,
      ],
      [
        'a server that is no URL',
        kubeconfig({ cluster: { server: 'localhost:6443' } }),
        /cluster "c": server must be/,
      ],
      ['a number as token', kubeconfig({ user: { token: 7 } }), /user "u": token must be a string/],
      [
        'a flag that is no flag',
        kubeconfig({ cluster: { 'insecure-skip-tls-verify': 'yes' } }),
        /insecure-skip-tls-verify must be true or false/,
      ],
      [
        'a CA file that is not there',
        kubeconfig({ cluster: { 'certificate-authority': 'ca.crt' } }),
        /certificate-authority .*ca\.crt cannot be read/,
      ],
      [
        'a certificate without its key',
        kubeconfig({ user: { 'client-certificate-data': btoa('x') } }),
        /go together; the key is missing/,
      ],
      [
        'a certificate that is none',
        kubeconfig({
          user: { 'client-certificate-data': btoa('x'), 'client-key-data': btoa('y') },
        }),
        /not usable: /,
      ],
      [
        'a token file that is not there',
        kubeconfig({ user: { tokenFile: 'nope' } }),
        /token file .*nope cannot be read/,
      ],
      [
        'an exec plugin without command',
        kubeconfig({ user: { exec: {} } }),
        /user "u": exec: command is missing/,
      ],
      [
        'a server whose URL holds a password',
        kubeconfig({ cluster: { server: 'https://me:s3cret@example.test' } }),
        /cluster "c": server must not hold a user or a password$/,
      ],
      [
        'a proxy that cannot be used',
        kubeconfig({ cluster: { 'proxy-url': 'socks5://x' } }),
        /cluster "c": proxy-url must be an http or https URL/,
      ],
    ])('for %s', async (_, content, message) => {
      await expect(load(content)).rejects.toMatchObject({
        code: 'KUBE_CONFIG',
        message: expect.stringMatching(
          new RegExp(`^kubeconfig ${join(folder, 'config')}: .*${message.source}`),
        ),
      });
    });

    it('for a file that is not there', async () => {
      await expect(loadKubeConfig({ ...common(), kubeconfig: '/no/such/file' })).rejects.toThrow(
        /^kubeconfig \/no\/such\/file: cannot be read: .*ENOENT/,
      );
    });

    it('for a --master that holds a password', async () => {
      await expect(
        loadKubeConfig({ ...common(), master: 'https://:s3cret@example.test' }),
      ).rejects.toThrow(/^--master: must not hold a user or a password$/);
    });

    it('for a --master that is no URL', async () => {
      await expect(loadKubeConfig({ ...common(), master: 'localhost:80' })).rejects.toThrow(
        '--master: must be an http or https URL',
      );
    });

    it('never quotes a secret', async () => {
      const bad = kubeconfig({ user: { token: 's3cret', 'client-key-data': btoa('s3cret') } });
      const failure: unknown = await load(bad).catch((error: unknown) => error);
      expect(String(failure)).toContain('the certificate is missing');
      expect(JSON.stringify([String(failure), failure])).not.toMatch(
        new RegExp(`s3cret|${btoa('s3cret')}`),
      );
    });
  });

  describe('in a pod', () => {
    it.each([
      ['10.0.0.1', 'https://10.0.0.1:443'],
      ['fd00::1', 'https://[fd00::1]:443'],
    ])('finds the API server at %s and follows the token', async (host, server) => {
      await writeFile(join(folder, 'ca.crt'), 'CA');
      await writeFile(join(folder, 'token'), 'one');
      await writeFile(join(folder, 'namespace'), 'kube-system');
      const clock = new FakeClock();
      const config = await loadKubeConfig({
        ...common(),
        clock,
        inCluster: { folder, env: pod(host) },
        proxyFor: (url) => new URL(`http://proxy.test/?${url.host}`),
      });
      expect(config).toMatchObject({
        server,
        namespace: 'kube-system',
        source: 'in-cluster configuration',
        proxyUrl: `http://proxy.test/?${new URL(server).host}`,
      });
      expect(await config.tls()).toEqual({ ca: Buffer.from('CA'), rejectUnauthorized: true });
      const refused = await config.credentials.headers();
      expect(refused).toEqual({ authorization: 'Bearer one' });
      await writeFile(join(folder, 'token'), 'two');
      config.credentials.refuse(refused);
      expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer two' });
    });

    it('says what is missing', async () => {
      await expect(loadKubeConfig({ ...common(), inCluster: { folder, env: {} } })).rejects.toThrow(
        'not in a pod',
      );
      await expect(
        loadKubeConfig({ ...common(), inCluster: { folder, env: pod('10.0.0.1') } }),
      ).rejects.toThrow(/in-cluster configuration: .*(token|ca\.crt) cannot be read/);
    });
  });
});

type ProxyOptions = Pick<LoadKubeConfigOptions, 'proxyFor'>;

function common(): Pick<LoadKubeConfigOptions, 'clock' | 'log'> {
  return { clock: new FakeClock(), log: silentLogger };
}

async function load(
  content: string | object,
  options: Partial<LoadKubeConfigOptions> = {},
): Promise<ApiServerConfig> {
  const file = join(folder, 'config');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return await loadKubeConfig({ ...common(), kubeconfig: file, ...options });
}

function kubeconfig({
  cluster = {},
  user = {},
}: {
  readonly cluster?: object;
  readonly user?: object;
}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u', namespace: 'ccm' } },
      { name: 'nobody', context: { cluster: 'c' } },
    ],
    clusters: [{ name: 'c', cluster: { server: 'https://example.test:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  };
}

function pod(host: string): Record<string, string> {
  return { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' };
}

async function plugin(name: string, script: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\ncd "$FOLDER"\n${script}\n`);
  await chmod(path, 0o755);
}

const credential = JSON.stringify({
  apiVersion: 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  status: { token: 'token' },
});

async function runs(): Promise<number> {
  return (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n').length;
}

async function replace(content: string | object): Promise<void> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(folder, 'config'), text);
}

function withCa(ca: string): object {
  return kubeconfig({ cluster: { 'certificate-authority-data': btoa(ca) } });
}
