import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import type { CcmProcess } from './ccm-process.ts';
import { readHttps } from './https-read.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const page = join(import.meta.dirname, '../../../docs/reference/metrics.md');

/** The metrics in the first column of the page's tables, with their types. */
function documented(): ReadonlyMap<string, string> {
  const rows = readFileSync(page, 'utf8').matchAll(/^\| `(\w+)` +\| (\w+) /gm);
  return new Map([...rows].map(([, name = '', type = '']) => [name, type]));
}

describe('/metrics of a ccm that leads', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess;
  let text = '';

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    const port = await freePort();
    ccm = await sandbox.startCcm({
      args: ['--leader-elect=true', '--cluster-cidr=10.244.0.0/16', ...sandbox.servingArgs(port)],
      cloudConfig: sandbox.cloudConfig(sandbox.keycloak(), { routeTableId: 'rtb-1' }),
    });
    await sandbox.addServer('i-node-a');
    await sandbox.addNode('node-a', { uninitialized: true, providerID: 'incloud://i-node-a' });
    const slbId = await sandbox.addSlb({ businessIp: '10.0.8.1' });
    await sandbox.addService('counted', { slbId });
    await sandbox.addresses('counted', ['10.0.8.1']);
    text = await until('the routes have been looked at', async () => {
      const { body } = await readHttps(port, '/metrics', sandbox.controlPlane.token);
      return /^route_controller_route_sync_total [1-9]/m.test(body) ? body : undefined;
    });
  }, 300_000);
  afterAll(async () => {
    await ccm.stop();
    await sandbox.stop();
  }, 60_000);

  it('are those of the reference page, neither more nor less', () => {
    const shown = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    expect(Object.fromEntries(shown.map(([, name, type]) => [name, type]))).toEqual(
      Object.fromEntries(documented()),
    );
  });

  it.each([
    'running_managed_controllers{name="cloud-node",manager="cloud-controller-manager"} 1',
    'running_managed_controllers{name="cloud-node-lifecycle",manager="cloud-controller-manager"} 1',
    'running_managed_controllers{name="service",manager="cloud-controller-manager"} 1',
    'running_managed_controllers{name="route",manager="cloud-controller-manager"} 1',
    'leader_election_master_status{name="cloud-controller-manager"} 1',
    'cloudprovider_config_last_reload_successful{provider="inspur"} 1',
    'cloudprovider_api_throttled_total{provider="inspur"} 0',
    'cloudprovider_api_budget_rate{provider="inspur"} +Inf',
  ])('show %s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  it('show the cloud’s calls and what is left of the budget', () => {
    expect(text).toMatch(
      /^cloudprovider_api_request_duration_seconds_count\{provider="inspur",operation="CreateListener",code="200"\} [1-9]/m,
    );
    expect(text).toMatch(/^cloudprovider_api_budget_available\{provider="inspur"\} 6[0-4]$/m);
    expect(text).toMatch(
      /^cloudprovider_api_last_success_timestamp_seconds\{provider="inspur"\} 1\d{9}/m,
    );
    expect(text).toMatch(/^kubernetes_build_info\{.*git_version="v\d+\.\d+\.\d+.*\} 1$/m);
  });
});
