import { delimiter } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@k8s-ccm/foundation/testing';
import { KubeConfigScene, kubeConfig } from './testing/kube-config-scene.ts';

const apiVersion = 'client.authentication.k8s.io/v1';

let authority: TestAuthority;
let scene: KubeConfigScene;
beforeAll(async () => {
  authority = await TestAuthority.create('cluster', Date.UTC(2026, 0, 1));
});
beforeEach(async () => {
  scene = await KubeConfigScene.create();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** Returns a kubeconfig whose user has the plugin `./plugin`. */
function withExec(exec: object = {}, cluster: object = {}): object {
  const plugin = { apiVersion, command: './plugin', ...exec };
  return kubeConfig({ cluster, user: { exec: plugin } });
}

/** Returns a line of a script that prints an answer. */
function answer(status: object, version = apiVersion): string {
  const text = JSON.stringify({ apiVersion: version, kind: 'ExecCredential', status });
  return `cat <<'END'\n${text}\nEND`;
}

/** Returns how often the script that counts its runs has run. */
async function runs(): Promise<number> {
  return (await scene.read('runs')).trim().split('\n').length;
}

const problemStart =
  'KubeConfigError: kubeconfig /config:1: user "u": exec.command: credential plugin "./plugin"';

describe('an exec plugin', () => {
  it('is run once for concurrent callers, and again only after a refusal', async () => {
    await scene.script('plugin', 'echo run >> runs', answer({ token: 'one' }));
    const { credentials } = await scene.load(withExec());
    const all = await Promise.all(Array.from({ length: 20 }, () => credentials.headers()));
    expect(new Set(all)).toEqual(new Set([{ authorization: 'Bearer one' }]));
    expect(await runs()).toBe(1);
    await scene.script('plugin', 'echo run >> runs', answer({ token: 'two' }));
    credentials.refuse(all[0] ?? {});
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer two' });
    expect(await runs()).toBe(2);
  });

  it('is run again when its credential expires, but not before', async () => {
    const until = (ms: number): string => new Date(scene.clock.now() + ms).toISOString();
    const one = { token: 'one', expirationTimestamp: until(90_000) };
    await scene.script('plugin', 'echo run >> runs', answer(one));
    const { credentials } = await scene.load(withExec());
    await scene.script('plugin', 'echo run >> runs', answer({ token: 'two' }));
    await scene.clock.advance(89_999);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
    await scene.clock.advance(1);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer two' });
    expect(await runs()).toBe(2);
  });

  it('is run again for a kubeconfig that differs, but not for one with the same content', async () => {
    await scene.script('plugin', 'echo run >> runs', answer({ token: 't' }));
    const { credentials } = await scene.load(withExec());
    await scene.write('config', withExec());
    await scene.clock.advance(60_000);
    await credentials.headers();
    expect(await runs()).toBe(1);
    await scene.write('config', withExec({ args: ['more'] }));
    await scene.clock.advance(60_000);
    await credentials.headers();
    expect(await runs()).toBe(2);
  });

  it('keeps its last credential if a later run fails, and warns', async () => {
    const expirationTimestamp = new Date(scene.clock.now() + 10_000).toISOString();
    await scene.script('plugin', answer({ token: 'one', expirationTimestamp }));
    const { credentials } = await scene.load(withExec());
    await scene.script('plugin', 'exit 1');
    await scene.clock.advance(10_000);
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer one' });
    expect(scene.warnings).toEqual(['credentials could not be refreshed, using the previous ones']);
  });

  it('may return a certificate instead of a token', async () => {
    const { cert, key } = await authority.issue({ commonName: 'ccm' });
    const status = { clientCertificateData: cert, clientKeyData: key };
    await scene.script('plugin', answer(status));
    const config = await scene.load(withExec());
    expect(await config.credentials.headers()).toEqual({});
    expect(await config.tls()).toEqual({ cert, key, rejectUnauthorized: true });
  });

  it('receives its arguments, and the environment with its own variables and KUBERNETES_EXEC_INFO', async () => {
    await scene.script(
      'plugin',
      'printf "%s\\n" "$@" "$OURS" "$ITS" "$BOTH" > seen',
      'printf %s "$KUBERNETES_EXEC_INFO" > info',
      answer({ token: 't' }),
    );
    const { PATH } = process.env;
    const env = [
      { name: 'ITS', value: 'its' },
      { name: 'BOTH', value: 'its' },
      { name: 'KUBERNETES_EXEC_INFO', value: 'overridden' },
    ];
    await scene.load(withExec({ args: ['get-token', '--x=a b'], env }), {
      env: { PATH, OURS: 'ours', BOTH: 'ours' },
    });
    expect(await scene.read('seen')).toBe('get-token\n--x=a b\nours\nits\nits\n');
    expect(JSON.parse(await scene.read('info'))).toEqual({
      kind: 'ExecCredential',
      apiVersion,
      spec: { interactive: false },
    });
  });

  it.each(['Never', 'IfAvailable'])('may have the interactiveMode %s', async (interactiveMode) => {
    await scene.script('plugin', answer({ token: 't' }));
    const { credentials } = await scene.load(withExec({ interactiveMode }));
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t' });
  });

  it('may use the older version', async () => {
    const version = 'client.authentication.k8s.io/v1beta1';
    await scene.script('plugin', answer({ token: 't' }, version));
    const { credentials } = await scene.load(withExec({ apiVersion: version }));
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t' });
  });

  it('is found in PATH by its name', async () => {
    await scene.script('my-plugin', answer({ token: 't' }));
    const PATH = [scene.folder, process.env['PATH']].join(delimiter);
    const { credentials } = await scene.load(withExec({ command: 'my-plugin' }), { env: { PATH } });
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t' });
  });

  it('that reads its input finds it empty and does not hang', async () => {
    await scene.script('plugin', 'read -r line && exit 9', answer({ token: 't' }));
    const { credentials } = await scene.load(withExec());
    expect(await credentials.headers()).toEqual({ authorization: 'Bearer t' });
  });

  it('receives the cluster information on request', async () => {
    await scene.script(
      'plugin',
      'printf %s "$KUBERNETES_EXEC_INFO" > info',
      answer({ token: 't' }),
    );
    await scene.write('ca.crt', authority.certificate);
    const cluster = {
      'tls-server-name': 'api.internal',
      'certificate-authority': 'ca.crt',
      'proxy-url': 'http://proxy.test:3128',
      'disable-compression': true,
      extensions: [
        { name: 'other', extension: { a: 1 } },
        {
          name: 'client.authentication.k8s.io/exec',
          extension: { audience: 'x', list: [1, true] },
        },
      ],
    };
    await scene.load(withExec({ provideClusterInfo: true }, cluster));
    expect(JSON.parse(await scene.read('info'))).toEqual({
      kind: 'ExecCredential',
      apiVersion,
      spec: {
        cluster: {
          server: 'https://example.test:6443',
          'tls-server-name': 'api.internal',
          'certificate-authority-data': btoa(authority.certificate),
          'proxy-url': 'http://proxy.test:3128',
          'disable-compression': true,
          config: { audience: 'x', list: [1, true] },
        },
        interactive: false,
      },
    });
    await scene.load(withExec({ provideClusterInfo: true }, { 'insecure-skip-tls-verify': true }), {
      master: 'https://other.test',
    });
    expect(JSON.parse(await scene.read('info'))).toMatchObject({
      spec: { cluster: { server: 'https://other.test', 'insecure-skip-tls-verify': true } },
    });
  });

  it('that never ends is stopped after 60 s and reported with its install hint', async () => {
    await scene.script(
      'plugin',
      'echo "waiting for a browser" >&2',
      'echo yes > started',
      'sleep 600',
    );
    const problem = scene.problem(withExec({ installHint: 'brew install plugin' }));
    await scene.lineIn('started');
    await scene.clock.advance(60_000);
    expect(await problem).toBe(
      `${problemStart} did not end within 60 s and was stopped: waiting for a browser; install hint: brew install plugin`,
    );
  });

  it.each([
    ['fails', ['echo "no license" >&2', 'exit 3'], 'exited with code 3: no license'],
    [
      'fails and shows secrets',
      ['echo "$MY_TOKEN is bad: password=hunter2" >&2', 'echo s3cret', 'exit 1'],
      'exited with code 1: [redacted] is bad: password=[redacted]',
    ],
    ['prints words', ['echo s3cret'], 'failed: its answer is a text, not an ExecCredential'],
    ['prints nothing', [], 'failed: it printed nothing'],
    [
      'returns no status',
      [answer({}).replace(/,"status":\{\}/, '')],
      'failed: its answer has no status',
    ],
    [
      'returns an empty status',
      [answer({})],
      'failed: its answer contains neither a token nor a certificate with its key',
    ],
    [
      'returns an expired credential',
      [answer({ token: 's3cret', expirationTimestamp: '2025-12-31T23:59:59Z' })],
      'failed: the credentials in its answer expired 1 s ago, at 2025-12-31T23:59:59.000Z',
    ],
    [
      'answers in another version',
      [answer({ token: 's3cret' }, 'client.authentication.k8s.io/v1beta1')],
      'failed: its answer has the apiVersion "client.authentication.k8s.io/v1beta1" instead of "client.authentication.k8s.io/v1"',
    ],
    ['prints endlessly', ['yes'], 'printed more than 1 MiB and was stopped'],
  ])('that %s is reported with the reason', async (_, lines, expected) => {
    await scene.script('plugin', ...lines);
    const env = [{ name: 'MY_TOKEN', value: 's3cret-value' }];
    const problem = await scene.problem(withExec({ env }));
    expect(problem).toBe(`${problemStart} ${expected}`);
    expect(problem).not.toContain('s3cret');
  });

  it.each([
    ['./plugin', 'was not found'],
    ['no-such-plugin-here', 'was not found in PATH'],
  ])('that does not exist is reported with its install hint: %s', async (command, problem) => {
    const installHint = 'brew install plugin\n\u001b[1mor apt\u001b[0m';
    expect(await scene.problem(withExec({ command, installHint }))).toBe(
      `KubeConfigError: kubeconfig /config:1: user "u": exec.command: credential plugin "${command}" ${problem}; install hint: brew install plugin or apt`,
    );
  });
});
