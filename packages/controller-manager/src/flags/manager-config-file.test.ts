import { describe, expect, it } from '@jest/globals';
import { parseConfigFile } from '@k8s-ccm/component-config';
import { managerConfiguration } from './manager-configuration.ts';

const head =
  'apiVersion: cloudcontrollermanager.config.k8s.io/v1alpha1\nkind: CloudControllerManagerConfiguration\n';

/** The texts by flag; the first line after the head is 3. */
async function valuesOf(body: string): Promise<Record<string, string>> {
  const { values, problems } = await parseConfigFile(
    managerConfiguration,
    `${head}${body}`,
    'ccm.yaml',
  );
  expect(problems).toEqual([]);
  return Object.fromEntries([...values].map(([name, { text }]) => [name, text]));
}

async function problemsOf(text: string): Promise<readonly string[]> {
  const { problems } = await parseConfigFile(managerConfiguration, text, 'ccm.yaml');
  return problems.map((problem) => problem.text);
}

describe('parseConfigFile', () => {
  it.each<[body: string, values: Record<string, string>]>([
    ['', {}],
    ['Generic:\n', {}],
    ['KubeCloudShared: {ClusterName: east}', { 'cluster-name': 'east' }],
    [
      'Generic:\n  ClientConnection: {qps: 20.5, burst: 30}\n  LeaderElection:\n    leaseDuration: 1m0s\n    leaderElect: false\n',
      {
        'kube-api-qps': '20.5',
        'kube-api-burst': '30',
        'leader-elect-lease-duration': '1m0s',
        'leader-elect': 'false',
      },
    ],
    ["Generic:\n  Controllers: ['*', -route]\n", { controllers: '*,-route' }],
    ['Generic: {Controllers: []}', { controllers: '' }],
    ['NodeStatusUpdateFrequency: 1m', { 'node-status-update-frequency': '1m' }],
    ['FeatureGates: {AllBeta: false}', { 'feature-gates': 'AllBeta=false' }],
    [
      'FeatureGates: {CloudDualStackNodeIPs: true}',
      { 'feature-gates': 'CloudDualStackNodeIPs=true' },
    ],
    [
      'Generic: {ClientConnection: {qps: -1, burst: -1}}',
      { 'kube-api-qps': '-1', 'kube-api-burst': '-1' },
    ],
    [
      "SecureServing: {TLSSNICertKeys: ['a.crt,a.key:x.com', 'b.crt,b.key']}",
      { 'tls-sni-cert-key': 'a.crt,a.key:x.com;b.crt,b.key' },
    ],
    ['Webhook: {Webhooks: null}', {}],
    ['Generic: {Port: 0, Address: 0.0.0.0, LeaderMigration: {controllerLeaders: }}', {}],
    [
      'Generic: {MinResyncPeriod: &long 1h}\nNodeStatusUpdateFrequency: *long',
      {
        'min-resync-period': '1h',
        'node-status-update-frequency': '1h',
      },
    ],
  ])('reads %j', async (body, values) => {
    expect(await valuesOf(body)).toEqual(values);
  });

  it('reads JSON', async () => {
    const { values, problems } = await parseConfigFile(
      managerConfiguration,
      JSON.stringify({
        kind: 'CloudControllerManagerConfiguration',
        apiVersion: 'cloudcontrollermanager.config.k8s.io/v1alpha1',
        KubeCloudShared: { CloudProvider: { Name: 'inspur' } },
      }),
      'ccm.json',
    );
    expect(problems).toEqual([]);
    expect([...values]).toEqual([['cloud-provider', { text: 'inspur', origin: 'ccm.json:1' }]]);
  });

  it.each([
    ['a merge key', `${head}KubeCloudShared: {<<: {ClusterName: a}}`],
    [
      'a switch in the words of YAML 1.1',
      `${head}KubeCloudShared: {ClusterName: a, AllocateNodeCIDRs: yes}`,
    ],
    ['a byte order mark', `\uFEFF${head}KubeCloudShared: {ClusterName: a}`],
    ['trailing markers', `${head}KubeCloudShared: {ClusterName: a}\n---\n...\n`],
    [
      'the encoding of Windows',
      Buffer.from(`\uFEFF${head}KubeCloudShared: {ClusterName: a}`, 'utf16le'),
    ],
  ])('reads %s, as kubectl does', async (_, input) => {
    const { values, problems } = await parseConfigFile(managerConfiguration, input, 'ccm.yaml');
    expect(problems).toEqual([]);
    expect(values.get('cluster-name')?.text).toBe('a');
  });

  it('knows the line of each value', async () => {
    const { values } = await parseConfigFile(
      managerConfiguration,
      `${head}KubeCloudShared:\n  # one\n  ClusterName: a\n`,
      'f',
    );
    expect(values.get('cluster-name')?.origin).toBe('f:5');
  });

  it.each<[body: string, problem: string]>([
    [
      'Generic: {Debugging: {enableProfiling: "true"}}',
      'ccm.yaml:3: Generic.Debugging.enableProfiling: found "true"; allowed: true or false',
    ],
    [
      'KubeCloudShared: {ClusterName: 5}',
      'ccm.yaml:3: KubeCloudShared.ClusterName: found 5; allowed: text',
    ],
    [
      'KubeCloudShared:\n  NodeMonitorPeriod: 5',
      'ccm.yaml:4: KubeCloudShared.NodeMonitorPeriod: found 5; allowed: a duration above zero, such as 15s or 1m30s',
    ],
    [
      'NodeController: {ConcurrentNodeSyncs: 0}',
      'ccm.yaml:3: NodeController.ConcurrentNodeSyncs: found 0; allowed: a whole number not below 1',
    ],
    [
      'Generic: {Controllers: "*"}',
      'ccm.yaml:3: Generic.Controllers: found "*"; allowed: a list of words',
    ],
    [
      'Generic: {Controllers: ["a,b"]}',
      'ccm.yaml:3: Generic.Controllers: found ["a,b"]; allowed: a list of words',
    ],
    [
      'Generic: {Contollers: []}',
      'ccm.yaml:3: Generic.Contollers: found an unknown key; allowed: Port, Address, ClientConnection, LeaderMigration, MinResyncPeriod, ControllerStartInterval, LeaderElection, Controllers, Debugging, LeaderMigrationEnabled, LeaderMigrationConfigFile; did you mean "Controllers"?',
    ],
    [
      'NodeController: {concurrentNodeSyncs: 5}',
      'ccm.yaml:3: NodeController.concurrentNodeSyncs: found an unknown key; allowed: ConcurrentNodeSyncs, ConcurrentNodeStatusUpdates; did you mean "ConcurrentNodeSyncs"?',
    ],
    ['Generic: {Port: 80}', 'ccm.yaml:3: Generic.Port: found 80; allowed: 0'],
    [
      'NodeController: 5',
      'ccm.yaml:3: NodeController: found 5; allowed: a section with ConcurrentNodeSyncs, ConcurrentNodeStatusUpdates',
    ],
    [
      'SecureServing: {TLSMinVersion: TLS12}',
      'ccm.yaml:3: SecureServing.TLSMinVersion: found "TLS12"; allowed: "" or "VersionTLS10" or "VersionTLS11" or "VersionTLS12" or "VersionTLS13"',
    ],
    [
      'Webhook: *no',
      'ccm.yaml:3: Webhook: found an alias of an anchor that is not set before it; allowed: an alias of an anchor before it',
    ],
    [
      'Generic: "',
      'ccm.yaml:3: found a missing character, such as a closing quote or a colon with a space; allowed: YAML or JSON',
    ],
    [
      'Webhook: {}\nWebhook: {}',
      'ccm.yaml:4: Webhook: found a key that is set twice; allowed: each key once',
    ],
  ])('says of %j what is wrong', async (body, problem) => {
    expect(await problemsOf(`${head}${body}`)).toEqual([problem]);
  });

  it('finds a feature gate that is not known, and what was meant', async () => {
    const [problem, ...more] = await problemsOf(
      `${head}FeatureGates:\n  AllBetta: true\n  NativeHistograms: 1\n`,
    );
    expect(problem).toMatch(
      /^ccm\.yaml:4: FeatureGates\.AllBetta: found an unknown name; allowed: AllAlpha, .*; did you mean "AllBeta"\?$/,
    );
    expect(more).toEqual([]);
    expect(await problemsOf(`${head}FeatureGates: {CloudDualStackNodeIPs: false}`)).toEqual([
      'ccm.yaml:3: FeatureGates: found CloudDualStackNodeIPs=false; allowed: CloudDualStackNodeIPs=true (the value is locked), or no setting',
    ]);
    expect(await problemsOf(`${head}FeatureGates: {NativeHistograms: 1}`)).toEqual([
      expect.stringMatching(
        /^ccm\.yaml:3: FeatureGates: found {"NativeHistograms":1}; allowed: true or false by the names AllAlpha, /,
      ),
    ]);
  });

  it('needs to be the kind that it says, in the version that is known', async () => {
    expect(await problemsOf('')).toEqual([
      'ccm.yaml:1: apiVersion: found nothing; allowed: "cloudcontrollermanager.config.k8s.io/v1alpha1"',
      'ccm.yaml:1: kind: found nothing; allowed: "CloudControllerManagerConfiguration"',
    ]);
    expect(await problemsOf(head.replace('v1alpha1', 'v2'))).toEqual([
      'ccm.yaml:1: apiVersion: found "cloudcontrollermanager.config.k8s.io/v2"; allowed: "cloudcontrollermanager.config.k8s.io/v1alpha1"',
    ]);
  });

  it('finds all problems, and the flags that they are about', async () => {
    const { problems, isReadable } = await parseConfigFile(
      managerConfiguration,
      `${head}KubeCloudShared: {ClusterNam: a, ClusterCIDR: 1}\nOther: 1\n`,
      'f',
    );
    expect(isReadable).toBe(true);
    expect(problems.map(({ flag }) => flag)).toEqual(['cluster-name', 'cluster-cidr', undefined]);
    expect((await parseConfigFile(managerConfiguration, 'a: b: c', 'f')).isReadable).toBe(false);
  });
});
