import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { InProcessManager } from './in-process-manager.ts';
import { until } from './until.ts';

const others = [
  'cloud-node-controller',
  'cloud-node-lifecycle-controller',
  'service-lb-controller',
];
const route = 'node-route-controller';

describe('the route controller in a manager', () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
  }, 300_000);
  afterAll(() => controlPlane.stop(), 60_000);

  function start(
    args: readonly string[],
    provider = new FakeCloudProvider(),
  ): Promise<InProcessManager> {
    const { kubeconfig, token } = controlPlane;
    return InProcessManager.start({ kubeconfig, token, provider, args });
  }

  // @see docs/reference/contract.md#case-196
  it('without --cluster-cidr is left out, with a line that says what to set', async () => {
    const manager = await start(['--cluster-cidr=']);
    await manager.untilChecks(others);
    expect(manager.log).toMatch(
      /controller skipped.*node-route-controller.*--cluster-cidr is empty: set it/,
    );
    expect(await manager.stop()).toBe(0);
  });

  // @see docs/reference/contract.md#case-196
  it('is left out without a warning where no routes are wanted', async () => {
    const manager = await start(['--cluster-cidr=', '--configure-cloud-routes=false']);
    await manager.untilChecks(others);
    const lines = manager.log.split('\n').filter((line) => line.includes('skipped'));
    expect(lines).toEqual([expect.stringMatching(/info.*--configure-cloud-routes is false/i)]);
    expect(await manager.stop()).toBe(0);
  });

  // @see docs/reference/contract.md#case-197
  it.each([
    ['10.0.0.0/16,10.1.0.0/16', 'they are not configured as dual stack'],
    ['10.0.0.0/16,fd00::/48,10.1.0.0/16', 'more than max allowed of 2'],
    ['10.0.0.0/16, fd00::/48', 'invalid CIDR[1]'],
  ])('--cluster-cidr=%s ends with 255', async (cidrs, why) => {
    const manager = await start([`--cluster-cidr=${cidrs}`]);
    expect(await manager.exitCode).toBe(255);
    expect(manager.log).toContain(why);
  });

  // @see docs/reference/contract.md#case-197
  it('--cluster-cidr takes a range of each family', async () => {
    const manager = await start(['--cluster-cidr=10.0.0.0/16,fd00::/48']);
    await manager.untilChecks([...others, route]);
    expect(await manager.stop()).toBe(0);
  });

  it.each([
    ['by default', [], true],
    [
      'with the gate off',
      ['--feature-gates=CloudControllerManagerWatchBasedRoutesReconciliation=false'],
      false,
    ],
  ])('watches %s: %j, %p', async (_what, args, watches) => {
    const cloud = new FakeCloudProvider();
    const manager = await start(args, cloud);
    await manager.untilChecks([...others, route]);
    await until('a run has begun', () => cloud.operations().includes('list-routes'));
    const adds = await manager.metric('workqueue_adds_total');
    expect(Object.keys(adds).some((labels) => labels.includes('"Routes"'))).toBe(watches);
    expect(await manager.stop()).toBe(0);
  });
});
