import { describe, expect, it } from '@jest/globals';
import { parseConfigFile } from './config-file.ts';

const head =
  'apiVersion: cloudcontrollermanager.config.k8s.io/v1alpha1\nkind: CloudControllerManagerConfiguration\n';

/** The texts by flag; the first line after the head is 3. */
function valuesOf(body: string): Record<string, string> {
  const { values, problems } = parseConfigFile(`${head}${body}`, 'ccm.yaml');
  expect(problems).toEqual([]);
  return Object.fromEntries([...values].map(([name, { text }]) => [name, text]));
}

function problemsOf(text: string): readonly string[] {
  return parseConfigFile(text, 'ccm.yaml').problems.map((problem) => problem.text);
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
  ])('reads %j', (body, values) => {
    expect(valuesOf(body)).toEqual(values);
  });

  it('reads JSON', () => {
    const { values, problems } = parseConfigFile(
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

  it('knows the line of each value', () => {
    const { values } = parseConfigFile(`${head}KubeCloudShared:\n  # one\n  ClusterName: a\n`, 'f');
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
      'ccm.yaml:3: found an alias of an anchor that is not set before it; allowed: YAML',
    ],
    [
      'Generic: "',
      'ccm.yaml:3: found a missing character, such as a closing quote or a colon with a space; allowed: YAML',
    ],
    ['Webhook: {}\nWebhook: {}', 'ccm.yaml:4: found a key that is set twice; allowed: YAML'],
  ])('says of %j what is wrong', (body, problem) => {
    expect(problemsOf(`${head}${body}`)).toEqual([problem]);
  });

  it('finds a feature gate that is not known, and what was meant', () => {
    const [problem, ...more] = problemsOf(
      `${head}FeatureGates:\n  AllBetta: true\n  NativeHistograms: 1\n`,
    );
    expect(problem).toMatch(
      /^ccm\.yaml:4: FeatureGates\.AllBetta: found an unknown name; allowed: AllAlpha, .*; did you mean "AllBeta"\?$/,
    );
    expect(more).toEqual([]);
    expect(problemsOf(`${head}FeatureGates: {CloudDualStackNodeIPs: false}`)).toEqual([
      'ccm.yaml:3: FeatureGates: found CloudDualStackNodeIPs=false; allowed: CloudDualStackNodeIPs=true, to which upstream has locked it, or no such setting',
    ]);
    expect(problemsOf(`${head}FeatureGates: {NativeHistograms: 1}`)).toEqual([
      expect.stringMatching(
        /^ccm\.yaml:3: FeatureGates: found {"NativeHistograms":1}; allowed: true or false by the names AllAlpha, /,
      ),
    ]);
  });

  it('needs to be the kind that it says, in the version that is known', () => {
    expect(problemsOf('')).toEqual([
      'ccm.yaml:1: apiVersion: found nothing; allowed: "cloudcontrollermanager.config.k8s.io/v1alpha1"',
      'ccm.yaml:1: kind: found nothing; allowed: "CloudControllerManagerConfiguration"',
    ]);
    expect(problemsOf(head.replace('v1alpha1', 'v2'))).toEqual([
      'ccm.yaml:1: apiVersion: found "cloudcontrollermanager.config.k8s.io/v2"; allowed: "cloudcontrollermanager.config.k8s.io/v1alpha1"',
    ]);
  });

  it('finds all problems, and the flags that they are about', () => {
    const { problems, isReadable } = parseConfigFile(
      `${head}KubeCloudShared: {ClusterNam: a, ClusterCIDR: 1}\nOther: 1\n`,
      'f',
    );
    expect(isReadable).toBe(true);
    expect(problems.map(({ flag }) => flag)).toEqual(['cluster-name', 'cluster-cidr', undefined]);
    expect(parseConfigFile('a: b: c', 'f').isReadable).toBe(false);
  });
});
