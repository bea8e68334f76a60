import { describe, expect, it } from '@jest/globals';
import { flagValues, parseConfigFile, parseFlags } from '@k8s-ccm/component-config';
import type { Flag } from '@k8s-ccm/component-config';
import { defaultLeaderMigration } from '../election/leader-migration.ts';
import { managerConfiguration } from '../flags/manager-configuration.ts';
import { managerFlags } from '../flags/manager-flags.ts';
import { componentConfiguration } from './component-configuration.ts';

const { apiVersion, kind, paths } = managerConfiguration;

const configuration = (...argv: string[]) =>
  componentConfiguration(parseFlags(managerFlags, { program: 'ccm', argv }).values);

/** The flags that a configuration, written to a file, gives. */
async function readBack(view: object): Promise<ReadonlyMap<string, string>> {
  const text = JSON.stringify({ apiVersion, kind, ...view });
  const { values, problems } = await parseConfigFile(managerConfiguration, text, 'ccm.json');
  expect(problems).toEqual([]);
  return new Map([...values].map(([name, written]) => [name, written.text]));
}

describe('componentConfiguration', () => {
  // @see docs/reference/contract.md#case-192
  it('shows upstream’s defaults in upstream’s form, but for what differs on purpose', () => {
    expect(configuration('--cloud-provider=inspur', '--cloud-config=/c.yaml')).toMatchObject({
      Generic: {
        Port: 0,
        Address: '0.0.0.0',
        MinResyncPeriod: '12h0m0s',
        ClientConnection: {
          kubeconfig: '',
          acceptContentTypes: '',
          contentType: 'application/vnd.kubernetes.protobuf',
          qps: 0,
          burst: 30,
        },
        ControllerStartInterval: '0s',
        LeaderElection: {
          leaderElect: true,
          leaseDuration: '15s',
          renewDeadline: '10s',
          retryPeriod: '2s',
          resourceLock: 'leases',
          resourceName: 'cloud-controller-manager',
          resourceNamespace: 'kube-system',
        },
        Controllers: ['*'],
        Debugging: { enableProfiling: true, enableContentionProfiling: false },
        LeaderMigrationEnabled: false,
        LeaderMigration: { leaderName: '', resourceLock: '', controllerLeaders: null },
      },
      KubeCloudShared: {
        CloudProvider: { Name: 'inspur', CloudConfigFile: '/c.yaml' },
        ExternalCloudVolumePlugin: '',
        UseServiceAccountCredentials: false,
        AllowUntaggedCloud: false,
        RouteReconciliationPeriod: '10s',
        NodeMonitorPeriod: '5s',
        ClusterName: 'kubernetes',
        ClusterCIDR: '',
        AllocateNodeCIDRs: false,
        CIDRAllocatorType: 'RangeAllocator',
        ConfigureCloudRoutes: true,
        NodeSyncPeriod: '0s',
      },
      NodeController: { ConcurrentNodeSyncs: 100, ConcurrentNodeStatusUpdates: 100 },
      ServiceController: { ConcurrentServiceSyncs: 50 },
      NodeStatusUpdateFrequency: '5m0s',
      Webhook: { Webhooks: [] },
    });
  });

  it('shows the leader migration that is in use', () => {
    const { values } = parseFlags(managerFlags, {
      program: 'ccm',
      argv: ['--enable-leader-migration'],
    });
    expect(componentConfiguration(values, defaultLeaderMigration)).toMatchObject({
      Generic: {
        LeaderMigrationEnabled: true,
        LeaderMigration: {
          leaderName: 'cloud-provider-extraction-migration',
          resourceLock: 'leases',
          controllerLeaders: [
            { name: 'route-controller', component: '*' },
            { name: 'service-controller', component: '*' },
            { name: 'cloud-node-lifecycle-controller', component: '*' },
          ],
        },
      },
    });
  });

  it('shows how many nodes are really updated at once', () => {
    expect(configuration('--concurrent-node-syncs=7')).toMatchObject({
      NodeController: { ConcurrentNodeStatusUpdates: 7 },
    });
    expect(configuration('--concurrent-node-status-updates=3')).toMatchObject({
      NodeController: { ConcurrentNodeStatusUpdates: 3 },
    });
  });

  it('has a place for every flag that has an effect beyond the start', () => {
    const table = Object.entries<Flag<unknown>>(managerFlags);
    const without = table.filter(([name, flag]) => !flag.noEffect && !(name in paths));
    expect(without.map(([name]) => name)).toEqual(['config', 'help', 'version']);
    const places = Object.values(paths);
    expect(new Set(places).size).toBe(places.length);
  });

  const examples: Readonly<Record<Flag<unknown>['kind'], readonly string[]>> = {
    string: ['text', 'none', 'json', '3', 'VersionTLS13'],
    bool: ['true', 'false'],
    int: ['7'],
    float: ['0.25'],
    duration: ['1h2m3.5s'],
    list: ['a,b', 'a.crt,a.key:x.com;b.crt,b.key', 'a,-b,*'],
    map: ['CloudControllerManagerWebhook=true,ContextualLogging=false'],
  };

  it.each(Object.entries<Flag<unknown>>(managerFlags).filter(([name]) => name in paths))(
    'read as a file gives the value that --%s had',
    async (name, flag) => {
      const preset = flag.format(flag.default);
      const text = examples[flag.kind].find(
        (example) => example !== preset && flag.parse(example) !== undefined,
      );
      const given = new Map(text === undefined ? [] : [[name, text]]);
      expect(given.size).toBe(1);
      const flags = flagValues(managerFlags, given);
      const effective = { ...flags, 'concurrent-node-status-updates': expect.any(Number) };
      expect(flagValues(managerFlags, await readBack(componentConfiguration(flags)))).toEqual(
        effective,
      );
    },
  );
});
