import { inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { KubeConfigScene } from './testing/kube-config-scene.ts';

let scene: KubeConfigScene;
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** The server is in line 7, further fields start in line 8. */
function withCluster(...fields: readonly string[]): string {
  return [
    'apiVersion: v1',
    'current-context: main',
    'contexts: [{ name: main, context: { cluster: c, user: u } }]',
    'users: [{ name: u, user: { token: t } }]',
    'clusters:',
    '- name: c',
    ...['cluster:', ...fields.map((field) => `  ${field}`)].map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const server = 'server: https://example.test';

/** The fields of the user start in line 8. */
function withUser(...fields: readonly string[]): string {
  return [
    'apiVersion: v1',
    'current-context: main',
    'contexts: [{ name: main, context: { cluster: c, user: u } }]',
    `clusters: [{ name: c, cluster: { server: "https://example.test" } }]`,
    'users:',
    '- name: u',
    ...['user:', ...fields.map((field) => `  ${field}`)].map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const url = 'an http or https URL, such as https://10.0.0.1:6443';
const exec = ['exec:', '  apiVersion: client.authentication.k8s.io/v1', '  command: aws'];

describe('loadKubeConfig names the line, the field, what was found and what is allowed', () => {
  it.each<[string, string]>([
    // The file as a whole.
    [
      'users:\n- a: b: c\n',
      '/config:2: found a key after a value on the same line; allowed: YAML or JSON',
    ],
    ['- a\n', '/config:1: found a list; allowed: a kubeconfig, in YAML or JSON'],
    ['hello\n', '/config:1: found a text; allowed: a kubeconfig, in YAML or JSON'],
    ['', '/config: has no current-context'],
    ['contexts: []\n', '/config: has no current-context'],
    [`kind: Secret\n${withUser()}`, '/config:1: kind: found "Secret"; allowed: Config'],
    [withUser().replace('v1', 'v2'), '/config:1: apiVersion: found "v2"; allowed: v1'],
    // Names that do not exist.
    [
      withUser().replace('current-context: main', 'current-context: x'),
      '/config:2: current-context: found "x", which is not among the contexts; allowed: main',
    ],
    [
      'current-context: x\n',
      '/config:1: current-context: found "x", which is not among the contexts; allowed: there are none',
    ],
    [
      withUser().replace('cluster: c,', 'cluster: d,'),
      '/config:3: context "main": cluster: found "d", which is not among the clusters; allowed: c',
    ],
    [
      withUser().replace('user: u }', 'user: v }'),
      '/config:3: context "main": user: found "v", which is not among the users; allowed: u',
    ],
    [
      withUser().replace('cluster: c,', ''),
      '/config:3: context "main": cluster: found nothing; allowed: the name of a cluster',
    ],
    [
      `${withUser('token: a')}- name: u\n  user: {token: b}\n`,
      '/config:9: users[1].name: found "u" a second time; allowed: each name once',
    ],
    // Values of the wrong kind. The words and numbers of YAML 1.1 are not texts.
    [
      'current-context: main\ncontexts: {}\n',
      '/config:2: contexts: found a section; allowed: a list',
    ],
    [
      'current-context: main\ncontexts:\n- main\n',
      '/config:3: contexts[0]: found a text; allowed: a section',
    ],
    [
      withUser('token: 7'),
      '/config:8: user "u": token: found a number; allowed: a text, in quotes',
    ],
    [
      withUser('token: 1e5'),
      '/config:8: user "u": token: found a number; allowed: a text, in quotes',
    ],
    [withUser('as: yes'), '/config:8: user "u": as: found a boolean; allowed: a text, in quotes'],
    [withUser('token: [s3cret]'), '/config:8: user "u": token: found a list; allowed: a text'],
    [
      withUser('token: |', '  s3cret'),
      '/config:8: user "u": token: found a text with blanks, line breaks or characters that are not ASCII; allowed: a bearer token',
    ],
    [
      withUser('as: j', 'as-groups: a'),
      '/config:9: user "u": as-groups: found a text; allowed: a list',
    ],
    [
      withUser('as: j', 'as-groups:', '- a', '- 7'),
      '/config:11: user "u": as-groups: found a number in the list; allowed: texts, in quotes',
    ],
    [
      withCluster(server, 'insecure-skip-tls-verify: "yes"'),
      '/config:9: cluster "c": insecure-skip-tls-verify: found a text; allowed: true or false, without quotes',
    ],
    [
      withCluster(server, 'insecure-skip-tls-verify: 1'),
      '/config:9: cluster "c": insecure-skip-tls-verify: found a number; allowed: true or false, without quotes',
    ],
    // The server.
    [withCluster('server: ~'), `/config:8: cluster "c": server: found nothing; allowed: ${url}`],
    [
      withCluster('server: 10.0.0.1:6443'),
      `/config:8: cluster "c": server: found "10.0.0.1:6443", which has no scheme; allowed: ${url}; did you mean "https://10.0.0.1:6443"?`,
    ],
    [
      withCluster('server: localhost:6443', 'insecure-skip-tls-verify: true'),
      `/config:8: cluster "c": server: found "localhost:6443", which has no scheme; allowed: ${url}; did you mean "https://localhost:6443"?`,
    ],
    [
      withCluster('server: ftp://example.test'),
      `/config:8: cluster "c": server: found "ftp://example.test"; allowed: ${url}`,
    ],
    [
      withCluster('server: https://me:s3cret@example.test'),
      `/config:8: cluster "c": server: found a URL with a user or a password; allowed: ${url}, without a user`,
    ],
    [
      withCluster(server, 'proxy-url: socks5://s3cret@x'),
      '/config:9: cluster "c": proxy-url: found another URL; allowed: an http or https URL',
    ],
    // Certificates.
    [
      withCluster(server, 'certificate-authority-data: s3cret'),
      '/config:9: cluster "c": certificate-authority-data: found a text that is not base64; allowed: PEM in base64',
    ],
    [
      withCluster(server, `certificate-authority-data: ${btoa('s3cret')}`),
      '/config:9: cluster "c": certificate-authority-data: it contains no certificate in PEM form',
    ],
    [
      withCluster(server, 'certificate-authority: ca.crt'),
      '/config:9: cluster "c": certificate-authority: /ca.crt cannot be read: ENOENT: no such file or directory, open \'/ca.crt\'',
    ],
    [
      withCluster(server, 'certificate-authority: a', 'certificate-authority-data: aGVsbG8='),
      '/config:9: cluster "c": certificate-authority: found certificate-authority-data next to it; allowed: one of the two',
    ],
    [
      withUser('client-certificate-data: s3cret', 'client-key-data: s3cret'),
      '/config:8: user "u": client-certificate-data: found a text that is not base64; allowed: PEM in base64',
    ],
    [
      withUser(`client-certificate-data: ${btoa('x')}`, 'client-key-data: s3cret'),
      '/config:9: user "u": client-key-data: found a text that is not base64; allowed: PEM in base64',
    ],
    [
      withUser(`client-certificate-data: ${btoa('x')}`, `client-key-data: ${btoa('s3cret')}`),
      '/config:8: user "u": client-certificate-data: it contains no certificate in PEM form',
    ],
    [
      withUser(`client-certificate-data: ${btoa('x')}`),
      '/config:8: user "u": client-certificate-data: found a certificate without its key; allowed: both of them',
    ],
    [
      withUser(`client-key-data: ${btoa('s3cret')}`),
      '/config:8: user "u": client-key-data: found a key without its certificate; allowed: both of them',
    ],
    // Contradictions that kubectl rejects, too.
    [
      withUser('token: s3cret', 'username: joe'),
      '/config:9: user "u": username: found token next to it; allowed: one of the two',
    ],
    [
      withUser(...exec, 'auth-provider: { name: oidc }'),
      '/config:11: user "u": auth-provider: found exec next to it; allowed: one of the two',
    ],
    [
      withUser('as-groups: [a]'),
      '/config:8: user "u": as-groups: found no "as" next to it; allowed: a user in "as"',
    ],
    // Plugins.
    [
      withUser('exec: { apiVersion: client.authentication.k8s.io/v1 }'),
      '/config:8: user "u": exec.command: found nothing; allowed: the name or the path of a program',
    ],
    [
      withUser('exec:', '  command: aws'),
      '/config:8: user "u": exec.apiVersion: found nothing; allowed: client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1',
    ],
    [
      withUser('exec:', '  command: aws', '  apiVersion: client.authentication.k8s.io/v1alpha1'),
      '/config:10: user "u": exec.apiVersion: found "client.authentication.k8s.io/v1alpha1"; allowed: client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1',
    ],
    [
      withUser(...exec, '  interactiveMode: Always'),
      '/config:11: user "u": exec.interactiveMode: found "Always", which requires a user at a terminal; allowed: Never or IfAvailable',
    ],
    [
      withUser(...exec, '  interactiveMode: sometimes'),
      '/config:11: user "u": exec.interactiveMode: found "sometimes"; allowed: Never or IfAvailable',
    ],
    [
      withUser(...exec, '  args: [--duration, 3600]'),
      '/config:11: user "u": exec.args: found a number in the list; allowed: texts, in quotes',
    ],
    [
      withUser(...exec, '  env:', '  - name: A', '    value: s3cret', '  - value: s3cret'),
      '/config:14: user "u": exec.env[1].name: found nothing; allowed: the name of an environment variable',
    ],
    [
      withUser('auth-provider: { name: gcp }'),
      '/config:8: user "u": auth-provider.name: found "gcp"; allowed: oidc; for other providers, use an exec plugin in "exec"',
    ],
    [
      withUser('tokenFile: nope'),
      '/config:8: user "u": tokenFile: token file /nope cannot be read',
    ],
  ])('for %j', async (content, expected) => {
    const problem = await scene.problem(content);
    expect(problem).toBe(`KubeConfigError: kubeconfig ${expected}`);
    expect(problem).not.toContain('s3cret');
  });

  describe('for certificates', () => {
    let authority: TestAuthority;
    beforeAll(async () => {
      authority = await TestAuthority.create('cluster', Date.UTC(2026, 0, 1));
    });

    it('of which one is damaged', async () => {
      const damaged = authority.certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
      const data = btoa(authority.certificate + damaged);
      expect(
        await scene.problem(withCluster(server, `certificate-authority-data: ${data}`)),
      ).toMatch(
        /config:9: cluster "c": certificate-authority-data: certificate number 2 \(line \d+\) cannot be read$/,
      );
    });

    it('in a file', async () => {
      await scene.write('ca.crt', authority.certificate.slice(0, 100));
      expect(await scene.problem(withCluster(server, 'certificate-authority: ca.crt'))).toMatch(
        /config:9: cluster "c": certificate-authority: \/ca\.crt: certificate number 1 \(line 1\) has no end$/,
      );
    });

    it('whose key belongs to another certificate', async () => {
      const [one, two] = await Promise.all([
        authority.issue({ commonName: 'one' }),
        authority.issue({ commonName: 'two' }),
      ]);
      const user = (key: string): string =>
        withUser(`client-certificate-data: ${btoa(one.cert)}`, `client-key-data: ${btoa(key)}`);
      expect(await scene.problem(user(two.key))).toMatch(
        /config:9: user "u": client-key-data: the key is not the one of the certificate$/,
      );
      const problem = await scene.problem(user('s3cret'));
      expect(problem).toMatch(
        /config:9: user "u": client-key-data: the key cannot be read as PEM$/,
      );
    });
  });

  it('for bytes that are not text', async () => {
    const content = Buffer.from(withUser('token: \xe4'), 'latin1');
    expect(await scene.problem(content)).toMatch(
      /config:8: found bytes that are no text; allowed: UTF-8$/,
    );
  });

  it('for a missing file', async () => {
    await expect(scene.loadWith({ kubeconfig: '/no/such/file' })).rejects.toThrow(
      /^kubeconfig \/no\/such\/file: cannot be read: .*ENOENT/,
    );
  });

  it('for a missing context', async () => {
    expect(await scene.problem(withUser(), { context: 'x' })).toMatch(
      /config: context: found "x", which is not among the contexts; allowed: main$/,
    );
  });

  it.each([
    ['https://:s3cret@example.test', '--master: found a URL with a user or a password'],
    ['localhost:80', '--master: found "localhost:80", which has no scheme'],
  ])('for --master=%s', async (master, expected) => {
    const problem = await scene.problem(withUser(), { master });
    expect(problem).toContain(expected);
    expect(problem).not.toContain('s3cret');
  });

  it.each([
    'users:\n- name: u\n  user:\n    token: s3cret\n   bad: x\n',
    'users: [{ name: u, user: { token: *s3cret } }]',
    '{"users": [{"user": {"token": "s3cret" x}}]}',
    '{"users": [{"user": {"token": "s3cret',
    withUser('token: !!int s3cret'),
    withUser('client-key-data: s3cret'),
  ])('and quotes no secret in any field of the error: %j', async (content) => {
    const error: unknown = await scene.load(content).catch((thrown: unknown) => thrown);
    // With its causes and all their fields, as a log might show it.
    expect(inspect(error, { depth: 9 })).not.toContain('s3cr');
    expect(error).toMatchObject({ name: 'KubeConfigError', code: 'KUBE_CONFIG' });
  });

  it('ignores mistakes outside the selected context', async () => {
    const content = `${withUser('token: t')}- name: other\n  user: { token: 7 }\n`;
    expect(await scene.problem(content)).toBe('');
  });
});
