import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KubeConfigScene, kubeConfig } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

const block = `
apiVersion: v1
kind: Config
current-context: main
contexts:
- name: main
  context:
    cluster: c
    user: u
clusters:
- name: c
  cluster:
    server: https://example.test
users:
- name: u
  user:
    token: s3cret
`;

// kubectl 1.36 reads the token from each of them, as verified with its own loader (client-go 0.36).
describe('loadKubeConfig reads what kubectl reads', () => {
  it.each<[string, string | Buffer]>([
    ['block style', block],
    [
      'flow style',
      `current-context: main
contexts: [{name: main, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: https://example.test}}]
users: [{name: u, user: {token: s3cret}}]`,
    ],
    ['JSON', JSON.stringify(kubeConfig({ user: { token: 's3cret' } }))],
    [
      'JSON with a byte order mark',
      `\uFEFF${JSON.stringify(kubeConfig({ user: { token: 's3cret' } }))}`,
    ],
    ['JSON with tabs', JSON.stringify(kubeConfig({ user: { token: 's3cret' } }), undefined, '\t')],
    ['YAML with a byte order mark', `\uFEFF${block}`],
    ['the encoding of Windows', Buffer.from(`\uFEFF${block.replaceAll('\n', '\r\n')}`, 'utf16le')],
    ['a trailing ---', `${block}---\n`],
    ['trailing dots', `${block}...\n`],
    ['empty documents', `---\n---${block}---\n---\n# nothing\n`],
    [
      'credentials by a merge key',
      `x-credentials: &credentials { token: s3cret }\n${block.replace('token: s3cret', '<<: *credentials')}`,
    ],
    [
      'a whole user by a merge key',
      `x-user: &user { name: u, user: { token: s3cret } }\n${block.replace(/- name: u\n[^]*/, '- <<: *user\n')}`,
    ],
    [
      'a merge key that is overridden',
      block.replace('token: s3cret', '<<: { token: other }\n    token: s3cret'),
    ],
    [
      'a merge key after what it overrides',
      block.replace('token: s3cret', 'token: other\n    <<: { token: s3cret }'),
    ],
    ['a key without a value', `${block}    username:\n    password: ~\n`],
    ['a token in quotes', block.replace('s3cret', '"s3cret"')],
    ['a token with a tag', block.replace('s3cret', '!!str s3cret')],
    ['no apiVersion and no kind', block.replace(/apiVersion.*\n.*\n/, '')],
  ])('in %s', async (_, content) => {
    const { credentials, server } = await scene.load(content);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer s3cret' });
    expect(server).toMatch(/^https:\/\/example\.test(:6443)?$/);
    expect(scene.warnings).toEqual([]);
  });

  it.each(['yes', 'Yes', 'on', 'y', 'True', 'TRUE', '!!bool yes'])(
    'insecure-skip-tls-verify: %s',
    async (word) => {
      const content = block.replace(
        'server: https://example.test',
        `server: https://example.test\n    insecure-skip-tls-verify: ${word}`,
      );
      expect(await (await scene.load(content)).tls()).toEqual({ rejectUnauthorized: false });
    },
  );

  it.each(['no', 'off', 'n', 'False', '~', ''])('insecure-skip-tls-verify: %s', async (word) => {
    const content = block.replace(
      'server: https://example.test',
      `server: https://example.test\n    insecure-skip-tls-verify: ${word}`,
    );
    expect(await (await scene.load(content)).tls()).toEqual({ rejectUnauthorized: true });
  });

  it.each([
    ['2001-01-01', '2001-01-01'],
    ['12:30:45', '12:30:45'],
    ['1e', '1e'],
    ['!!binary aGVsbG8=', 'hello'],
  ])('token: %s, which is a text', async (written, token) => {
    const { credentials } = await scene.load(block.replace('s3cret', written));
    expect(await credentials.headers()).toEqual({ authorization: `Bearer ${token}` });
  });

  it.each([
    ['HTTPS://Example.TEST/', 'https://example.test'],
    ['https://example.test:443', 'https://example.test'],
    ['https://example.test/k8s/clusters/c-1/?x=1#y', 'https://example.test/k8s/clusters/c-1'],
    ['https://[fd00::1]:6443', 'https://[fd00::1]:6443'],
  ])('server: %s', async (written, server) => {
    const content = block.replace('https://example.test', `"${written}"`);
    expect((await scene.load(content)).server).toBe(server);
  });

  it.each([
    [
      'uses the last of two values',
      block.replace('token: s3cret', 'token: one\n    token: s3cret'),
      'config:18: users[0].user.token: found a key that is set twice; allowed: each key once',
    ],
    [
      'reads the first document only',
      `${block}---\nusers: []\n`,
      'config:18: found a second document; allowed: one document',
    ],
    [
      'ignores an unknown key',
      block.replace('token: s3cret', 'token: s3cret\n    pasword: x'),
      'config:18: user "u": pasword: found an unknown key; allowed: client-certificate, client-certificate-data, client-key, client-key-data, token, tokenFile, as, as-uid, as-groups, as-user-extra, username, password, auth-provider, exec, extensions; did you mean "password"?',
    ],
    [
      'ignores a key in a different case',
      block.replace('server:', 'Server: https://other.test\n    server:'),
      'config:13: cluster "c": Server: found an unknown key; allowed: server, tls-server-name, insecure-skip-tls-verify, certificate-authority, certificate-authority-data, proxy-url, disable-compression, extensions; did you mean "server"?',
    ],
  ])('%s, as kubectl does, and warns', async (_, content, warning) => {
    const { credentials, server } = await scene.load(content);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer s3cret' });
    expect(server).toBe('https://example.test');
    expect(scene.warnings.map((line) => line.replaceAll(scene.folder, ''))).toEqual([
      `the kubeconfig has a mistake that kubectl ignores: kubeconfig /${warning}`,
    ]);
  });
});
