import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CcmProcess } from './ccm-process.ts';
import { Sandbox } from './sandbox.ts';

const provider = '--cloud-provider=inspur';
const head =
  'apiVersion: cloudcontrollermanager.config.k8s.io/v1alpha1\nkind: CloudControllerManagerConfiguration\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccm-command-line-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configFile(body: string): Promise<string> {
  const path = join(folder, 'ccm.yaml');
  await writeFile(path, `${head}${body}`);
  return path;
}

describe('ccm', () => {
  it.each([
    { name: 'an unknown flag', args: ['--cloud-provder=inspur'], says: '--cloud-provider' },
    // @see docs/reference/contract.md#case-180
    { name: 'no provider', args: [], says: '--cloud-provider cannot be empty' },

    { name: 'an unknown provider', args: ['--cloud-provider=inspurr'], says: '"inspur"' },
    {
      name: 'a bad number',
      args: [provider, '--concurrent-service-syncs=many'],
      says: '--concurrent-service-syncs',
    },
    // @see docs/reference/contract.md#case-181
    {
      name: 'an unknown controller',
      args: [provider, '--controllers=foo'],
      says: '"foo" is not in the list of known controllers',
    },
    // @see docs/reference/contract.md#case-182
    {
      name: 'a controller by a name of old',
      args: [provider, '--controllers=service-controller'],
      says: '"service-controller" is not in the list of known controllers',
    },
    // @see docs/reference/contract.md#case-186
    {
      name: 'a lock that is no lease',
      args: [provider, '--leader-elect-resource-lock=endpoints'],
      says: 'resourceLock value must be "leases"',
    },
    // @see docs/reference/contract.md#case-194
    {
      name: 'webhooks on the port of everything else',
      args: [provider, '--webhook-secure-port=10258'],
      says: '--webhook-secure-port cannot be the same value as --secure-port',
    },

    {
      name: 'a kubeconfig that is not there',
      args: [provider, '--kubeconfig=/no/such/kubeconfig'],
      says: '/no/such/kubeconfig',
    },
    {
      name: 'a bad variable',
      args: [provider],
      env: { CCM_SECURE_PORT: 'x' },
      says: 'CCM_SECURE_PORT cannot be "x"',
    },
  ])('refuses $name with one clear line', async ({ args, env, says }) => {
    await using ccm = new CcmProcess(args, { ...process.env, ...env });
    const { code } = await ccm.exited;
    expect(code).toBe(1);
    expect(ccm.output).toContain(says);
    expect(ccm.output.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    {
      name: 'a token without quotes that YAML takes for a number',
      user: '{ token: 0123 }',
      says: ':6: user "u": token: found a number; allowed: a text, in quotes',
    },
    {
      name: 'a key that is not base64',
      user: '{ client-certificate-data: aGVsbG8=, client-key-data: s3cret }',
      says: ':6: user "u": client-key-data: found a text that is not base64; allowed: PEM in base64',
    },
    {
      name: 'an exec plugin that asks somebody',
      user: '\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: aws\n      interactiveMode: Always',
      says: ':10: user "u": exec.interactiveMode: found "Always", which requires a user at a terminal; allowed: Never or IfAvailable',
    },
  ])(
    'refuses a kubeconfig with $name, and names the line and the field',
    async ({ user, says }) => {
      const kubeconfig = join(folder, 'kubeconfig');
      const lines = [
        'current-context: main',
        'contexts: [{ name: main, context: { cluster: c, user: u } }]',
        'clusters: [{ name: c, cluster: { server: "https://127.0.0.1:1" } }]',
        'users:',
        '- name: u',
        `  user: ${user}`,
      ];
      await writeFile(kubeconfig, lines.join('\n'));
      await using ccm = new CcmProcess([provider, `--kubeconfig=${kubeconfig}`]);
      const { code } = await ccm.exited;
      expect(code).toBe(1);
      expect(ccm.output.trim().split('\n')).toEqual([`ccm: kubeconfig ${kubeconfig}${says}`]);
      expect(ccm.output).not.toContain('s3cret');
    },
  );

  it('tells every problem of a configuration file, each with its line', async () => {
    const config = await configFile('KubeCloudShared:\n  ClusterName: 5\n  ClusterCDIR: x\n');
    await using ccm = new CcmProcess([provider, `--config=${config}`]);
    const { code } = await ccm.exited;
    expect(code).toBe(1);
    expect(ccm.output.trim().split('\n')).toEqual([
      `ccm: ${config}:4: KubeCloudShared.ClusterName: found 5; allowed: text`,
      expect.stringMatching(
        /ccm\.yaml:5: KubeCloudShared\.ClusterCDIR: .*did you mean "ClusterCIDR"\?$/,
      ),
    ]);
  });

  it.each([
    ['--help', /^Usage:\n {2}ccm \[flags\]\n[^]*\nGlobal flags:\n/],
    ['--version', /^ccm \d+\.\d+\.\d+\n$/],
    [
      '--version=raw',
      /^\{\n {2}"program": "ccm",\n {2}"version": "\d+\.\d+\.\d+",\n {2}"commit": "[0-9a-f]{40}",\n/,
    ],
  ])('answers %s, though everything else is wrong', async (flag, answer) => {
    const env = { ...process.env, CCM_VERSION: 'none', CCM_CONFIG: '/no/such/file' };
    await using ccm = new CcmProcess(['--bad', flag], env);
    expect(await ccm.exited).toEqual({ code: 0, signal: null });
    expect(ccm.output).toMatch(answer);
  });
});

describe('ccm with a cluster', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
  }, 300_000);
  afterAll(() => sandbox.stop(), 60_000);

  it('refuses a bad cloud-config: every problem at once, with its line', async () => {
    await using ccm = await sandbox.startCcm({
      cloudConfig: 'regoin: cn-north-3\ncredentials:\n  token: 5\nhttp:\n  timeout: soon\n',
    });
    const { code } = await ccm.exited;
    expect(code).toBe(1);
    expect(ccm.output).toContain(':1: ');
    expect(ccm.output).toContain('region');
    expect(ccm.output).toContain(':5: ');
    expect(ccm.output).not.toContain('    at ');
  });

  it('works by a configuration file and the environment alone', async () => {
    const cloudConfig = join(folder, 'cloud-config.yaml');
    await writeFile(cloudConfig, sandbox.cloudConfig());
    const config = await configFile(`
Generic:
  LeaderElection: { leaderElect: false }
KubeCloudShared:
  CloudProvider: { Name: inspur, CloudConfigFile: ${cloudConfig} }
  ClusterName: e2e
SecureServing: { SecurePort: 0 }
`);
    const slbId = await sandbox.addSlb({ businessIp: '10.0.8.1' });
    await using ccm = new CcmProcess([], {
      ...process.env,
      CCM_CONFIG: config,
      CCM_KUBECONFIG: sandbox.controlPlane.kubeconfig,
      CCM_VMODULE: 'service=4',
      CCM_LOGGING_FORMAT: 'json',
    });
    await sandbox.addService('by-file', { slbId });
    await sandbox.addresses('by-file', ['10.0.8.1']);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    const lines = ccm.output.trim().split('\n');
    expect(lines.filter((line) => line.includes('flag has no effect'))).toEqual([
      expect.stringContaining('"flag":"vmodule"'),
    ]);
  });

  it('ends with 0 on SIGTERM, also with a call in flight', async () => {
    const slbId = await sandbox.addSlb();
    await using ccm = await sandbox.startCcm();
    await sandbox.cloud.setFaults([{ operation: 'CreateListener', delayMs: 60_000 }]);
    const mark = await sandbox.mark();
    await sandbox.addService('hanging', { slbId });
    await sandbox.untilCalled(mark, 'ListListeners', slbId);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
    await sandbox.cloud.setFaults([]);
  });

  it('takes --cloud-provider=incloud and the Go program’s cloud-config as they were', async () => {
    const slbId = await sandbox.addSlb({ businessIp: '10.0.7.1' });
    const { keycloak } = sandbox.emulator.credentials;
    await using ccm = await sandbox.startCcm({
      args: ['--cloud-provider=incloud'],
      cloudConfig: [
        '# written for the Go program',
        `slbUrl-pre=${sandbox.emulator.slbUrl}`,
        `keycloakUrl=${keycloak.url}`,
        `token-client-id=${keycloak.clientId}`,
        `client-secret=${keycloak.clientSecret}`,
        `requested-subject=${keycloak.requestedSubject}`,
      ].join('\n'),
    });
    await sandbox.addService('as-before', { slbId });
    const service = await sandbox.addresses('as-before', ['10.0.7.1']);
    const [nodePort] = service.spec.ports.map((port) => port.nodePort);
    await sandbox.listening(slbId, [`TCP/${nodePort}`]);
    expect(await ccm.stop()).toEqual({ code: 0, signal: null });
  });
});
