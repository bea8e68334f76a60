import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import type { LoadKubeConfigOptions } from './kube-config.ts';
import { KubeConfigScene, kubeConfig } from './testing/kube-config-scene.ts';

let authority: TestAuthority;
let scene: KubeConfigScene;

beforeAll(async () => {
  authority = await TestAuthority.create('cluster', Date.UTC(2026, 0, 1));
});
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

describe('loadKubeConfig', () => {
  it('reads the server, token and namespace of the current context', async () => {
    const config = await scene.load(kubeConfig({ user: { token: 's3cret' } }));
    expect(config).toMatchObject({ server: 'https://example.test:6443', namespace: 'ccm' });
    expect(config.source).toMatch(/^kubeconfig .*config, context "main"$/);
    expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer s3cret' });
    expect(await config.tls()).toEqual({ rejectUnauthorized: true });
    expect(scene.warnings).toEqual([]);
  });

  it('takes the server from --master if both are set', async () => {
    for (const cluster of [{}, { server: '' }]) {
      const config = await scene.load(kubeConfig({ cluster, user: { token: 't' } }), {
        master: 'https://127.0.0.1:8443/',
      });
      expect(config.server).toBe('https://127.0.0.1:8443');
      expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer t' });
    }
  });

  it('is anonymous with --master alone', async () => {
    const config = await scene.loadWith({ master: 'https://example.test' });
    expect(config.server).toBe('https://example.test');
    expect(await config.credentials.headers()).toEqual({});
  });

  it.each([
    ['a context without a user', kubeConfig(), { context: 'nobody' }],
    ['a user without credentials', kubeConfig({ user: { token: '', username: null } }), {}],
    ['a misspelled token', kubeConfig({ user: { tokn: 't' } }), {}],
  ])('warns that requests are anonymous with %s', async (_, content, options) => {
    const config = await scene.load(content, options);
    expect(await config.credentials.headers()).toEqual({});
    expect(scene.warnings).toContain('the kubeconfig has no credentials: requests are anonymous');
  });

  it('sends no credentials without TLS, as in kubectl, and warns', async () => {
    await scene.script('plugin', 'touch ran');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    for (const user of [{ token: 't' }, { exec }]) {
      const content = kubeConfig({ cluster: { server: 'http://example.test' }, user });
      expect(await (await scene.load(content)).credentials.headers()).toEqual({});
    }
    expect(new Set(scene.warnings)).toEqual(
      new Set([
        'the credentials of the kubeconfig are not sent: the URL of the API server uses http',
      ]),
    );
    await expect(scene.read('ran')).rejects.toThrow('ENOENT');
  });

  it('reads a token file relative to the kubeconfig, again after a minute and after a refusal', async () => {
    await scene.write('token', 'one\n');
    const { credentials } = await scene.load(
      kubeConfig({ user: { token: 'unused', tokenFile: 'token' } }),
    );
    await scene.write('token', 'two');
    const first = await credentials.headers();
    expect(first).toEqual({ authorization: 'Bearer one' });
    await scene.clock.advance(60_000);
    const second = await credentials.headers();
    expect(second).toEqual({ authorization: 'Bearer two' });
    await scene.write('token', 'three');
    credentials.refuse(second);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer three' });
  });

  it('reads certificates and keys relative to the kubeconfig', async () => {
    const { cert, key } = await authority.issue({ commonName: 'ccm' });
    await scene.write('ca.crt', authority.certificate);
    await scene.write('client.crt', cert);
    await scene.write('client.key', key);
    const cluster = { 'certificate-authority': 'ca.crt' };
    const user = { 'client-certificate': './client.crt', 'client-key': scene.path('client.key') };
    const config = await scene.load(kubeConfig({ cluster, user }));
    expect(await config.tls()).toEqual({
      ca: authority.certificate,
      cert,
      key,
      rejectUnauthorized: true,
    });
    expect(scene.warnings).toEqual([]);
  });

  it('does not run a plugin if there is a client certificate, as in kubectl', async () => {
    const { cert, key } = await authority.issue({ commonName: 'ccm' });
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './missing' };
    const user = {
      'client-certificate-data': btoa(cert),
      'client-key-data': btoa(key),
      exec,
    };
    const config = await scene.load(kubeConfig({ user }));
    expect(await config.credentials.headers()).toEqual({});
    expect(await config.tls()).toMatchObject({ cert, key });
  });

  it('impersonates a user', async () => {
    const user = {
      token: 't',
      as: 'jane',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'x/y': ['z'] },
    };
    const { credentials } = await scene.load(kubeConfig({ user }));
    expect(await credentials.headers()).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': 'jane',
      'impersonate-uid': '7',
      'impersonate-group': ['a', 'b'],
      'impersonate-extra-x%2Fy': ['z'],
    });
  });

  it.each([
    [{ username: 'joe', password: '1' }, 'joe:1'],
    [{ username: 'joe' }, 'joe:'],
    [{ password: '1' }, ':1'],
  ])('sends a user name and a password: %j', async (user, pair) => {
    const { credentials } = await scene.load(kubeConfig({ user }));
    expect(await credentials.headers()).toEqual({ authorization: `Basic ${btoa(pair)}` });
  });

  it('warns that it does not verify the certificate', async () => {
    const cluster = { 'insecure-skip-tls-verify': true, 'certificate-authority': 'not-there' };
    const config = await scene.load(kubeConfig({ cluster, user: { token: 't' } }));
    expect(await config.tls()).toEqual({ rejectUnauthorized: false });
    expect(scene.warnings).toEqual([expect.stringContaining('not verified')]);
  });

  it.each([
    ['kubeconfig', async (options: ProxyOptions) => await scene.load(kubeConfig({}), options)],
    [
      '--master',
      async (options: ProxyOptions) =>
        await scene.loadWith({ ...options, master: 'https://example.test:6443' }),
    ],
  ])('uses the proxy for the server of %s', async (_, read) => {
    const asked: string[] = [];
    const proxyFor = (url: URL): URL => {
      asked.push(url.href);
      return new URL('http://joe:pass@proxy.test:3128');
    };
    expect((await read({ proxyFor })).proxyUrl).toBe('http://joe:pass@proxy.test:3128/');
    expect(asked).toEqual(['https://example.test:6443/']);
    expect(await read({ proxyFor: () => undefined })).not.toHaveProperty('proxyUrl');
  });

  it('gives precedence to the proxy of the file', async () => {
    const content = kubeConfig({ cluster: { 'proxy-url': 'http://proxy.test:3128' } });
    const config = await scene.load(content, { proxyFor: () => new URL('http://other.test') });
    expect(config.proxyUrl).toBe('http://proxy.test:3128');
  });

  it('passes on the server name', async () => {
    const config = await scene.load(kubeConfig({ cluster: { 'tls-server-name': 'api.internal' } }));
    expect(await config.tls()).toMatchObject({ servername: 'api.internal' });
  });

  describe('for a file that is replaced at run time', () => {
    it('uses its new token after a minute, and immediately after a refusal', async () => {
      const { credentials } = await scene.load(kubeConfig({ user: { token: 'one' } }));
      await scene.write('config', kubeConfig({ user: { token: 'two' } }));
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
      await scene.clock.advance(60_000);
      const second = await credentials.headers();
      expect(second).toEqual({ authorization: 'Bearer two' });
      await scene.write('config', kubeConfig({ user: { token: 'three' } }));
      credentials.refuse(second);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer three' });
    });

    it('uses a different kind of credentials', async () => {
      const { credentials } = await scene.load(kubeConfig({ user: { token: 'one' } }));
      await scene.write('token', 'from a file'.replaceAll(' ', '-'));
      await scene.write('config', kubeConfig({ user: { tokenFile: 'token', as: 'jane' } }));
      credentials.refuse(await credentials.headers());
      expect(await credentials.headers()).toEqual({
        authorization: 'Bearer from-a-file',
        'impersonate-user': 'jane',
      });
    });

    it('uses its new certificate authorities for the next connection', async () => {
      const other = await TestAuthority.create('other', Date.UTC(2026, 0, 1));
      const { tls } = await scene.load(withCa(authority.certificate));
      await scene.write('config', withCa(other.certificate));
      expect(await tls()).toEqual({ ca: other.certificate, rejectUnauthorized: true });
    });

    it('keeps the previous content if it has become unusable, and warns', async () => {
      const { credentials } = await scene.load(kubeConfig({ user: { token: 'one' } }));
      await scene.write('config', '{');
      credentials.refuse(await credentials.headers());
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
      expect(scene.warnings).toEqual([
        'the kubeconfig has become unusable, its previous content stays in use',
      ]);
      await scene.write('config', kubeConfig({ user: { token: 'two' } }));
      await scene.clock.advance(60_000);
      expect(await credentials.headers()).toEqual({ authorization: 'Bearer two' });
    });
  });

  describe('in a pod', () => {
    it.each([
      ['10.0.0.1', 'https://10.0.0.1:443'],
      ['fd00::1', 'https://[fd00::1]:443'],
    ])('finds the API server at %s and follows the token', async (host, server) => {
      await scene.write('ca.crt', authority.certificate);
      await scene.write('token', 'one');
      await scene.write('namespace', 'kube-system');
      const config = await scene.loadWith({
        env: { KUBECONFIG: '/not/looked/at' },
        inCluster: { folder: scene.folder, env: pod(host) },
        proxyFor: (url) => new URL(`http://proxy.test/?${url.host}`),
      });
      expect(config).toMatchObject({
        server,
        namespace: 'kube-system',
        source: 'in-cluster configuration',
        proxyUrl: `http://proxy.test/?${new URL(server).host}`,
      });
      expect(await config.tls()).toEqual({ ca: authority.certificate, rejectUnauthorized: true });
      const refused = await config.credentials.headers();
      expect(refused).toEqual({ authorization: 'Bearer one' });
      await scene.write('token', 'two');
      config.credentials.refuse(refused);
      expect(await config.credentials.headers()).toEqual({ authorization: 'Bearer two' });
    });

    it('reports the missing environment variables', async () => {
      const { folder } = scene;
      await expect(scene.loadWith({ inCluster: { folder, env: {} } })).rejects.toThrow(
        'does not run in a pod',
      );
      const inPod = { inCluster: { folder, env: pod('10.0.0.1') } };
      await scene.write('ca.crt', authority.certificate);
      await expect(scene.loadWith(inPod)).rejects.toThrow(
        /in-cluster configuration: .*token cannot be read/,
      );
      await scene.write('token', 't');
      await scene.write('ca.crt', 'hello');
      await expect(scene.loadWith(inPod)).rejects.toThrow(
        /in-cluster configuration: .*ca\.crt: it contains no certificate in PEM form/,
      );
    });
  });
});

function withCa(ca: string): object {
  return kubeConfig({ cluster: { 'certificate-authority-data': btoa(ca) } });
}

type ProxyOptions = Pick<LoadKubeConfigOptions, 'proxyFor'>;

function pod(host: string): Record<string, string> {
  return { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' };
}
