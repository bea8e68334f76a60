import { describe, expect, it } from '@jest/globals';
import { ControllerConfigError, silentLogger } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { unreachableClient } from '@k8s-ccm/contract-testing';
import { MetricsRegistry, SharedInformer, seededRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { nodeRouteController } from './node-route-controller.ts';
import type { RouteControllerContext } from './node-route-controller.ts';

const usual: RouteControllerContext['flags'] = {
  'cluster-cidr': '10.244.0.0/16',
  'configure-cloud-routes': true,
  'route-reconciliation-period': 10_000,
  'feature-gates': {},
};

interface Scene {
  readonly provider?: FakeCloudProvider;
  readonly flags?: Partial<RouteControllerContext['flags']>;
}

/** Starts the controller and, where it runs, stops it at once. */
async function started({ provider = new FakeCloudProvider(), flags = {} }: Scene = {}) {
  const stopping = new AbortController();
  const shared = { clock: new FakeClock(), random: seededRandom(1), log: silentLogger };
  await using client = unreachableClient(shared);
  const components: string[] = [];
  const metrics = new MetricsRegistry();
  const start = nodeRouteController.start({
    provider,
    clusterName: 'east',
    flags: { ...usual, ...flags },
    client,
    informers: { nodes: new SharedInformer({ name: 'nodes', client: client.nodes, ...shared }) },
    recorder: (component) => {
      components.push(component);
      return { event: () => undefined };
    },
    metrics,
    clock: shared.clock,
    log: silentLogger,
    signal: stopping.signal,
  });
  stopping.abort();
  if (start.kind === 'running') await start.done;
  return { start, components, metrics: await metrics.render() };
}

describe('nodeRouteController', () => {
  it("has upstream's names", () => {
    const { name, aliases, identity } = nodeRouteController;
    expect([name, aliases, identity]).toEqual([
      'node-route-controller',
      ['route'],
      'route-controller',
    ]);
  });

  it('runs until it is stopped, also before the nodes are known', async () => {
    const { start, components } = await started();
    expect(start.kind).toBe('running');
    expect(components).toEqual(['route_controller']);
  });

  it.each<[string, RouteControllerContext['flags']['feature-gates'], boolean]>([
    ['by default', {}, true],
    ['with its gate on', { CloudControllerManagerWatchBasedRoutesReconciliation: true }, true],
    ['with its gate off', { CloudControllerManagerWatchBasedRoutesReconciliation: false }, false],
  ])('%s, watches: %p', async (_what, gates, watches) => {
    const { metrics } = await started({ flags: { 'feature-gates': gates } });
    // Only changes of Nodes need the queue.
    expect(metrics.includes('workqueue')).toBe(watches);
  });

  it.each<[string, Scene, RegExp]>([
    [
      'no routes are wanted',
      { flags: { 'configure-cloud-routes': false, 'cluster-cidr': 'nonsense' } },
      /^--configure-cloud-routes is false$/,
    ],
    // @see docs/reference/contract.md#case-195
    [
      'the cloud has no routes',
      { provider: new FakeCloudProvider({ routes: false }), flags: { 'cluster-cidr': 'nonsense' } },
      /^cloud provider does not support routes/,
    ],
    // @see docs/reference/contract.md#case-196
    [
      'nothing says which routes are the cluster’s',
      { flags: { 'cluster-cidr': ' ' } },
      /^--cluster-cidr is empty: set it .*, or set --configure-cloud-routes=false$/,
    ],
  ])('is skipped where %s', async (_what, scene, reason) => {
    const { start } = await started(scene);
    expect(start).toMatchObject({ kind: 'skipped', reason: expect.stringMatching(reason) });
  });

  it('tells only what nobody asked for as a warning', async () => {
    const wanted = await started({ flags: { 'configure-cloud-routes': false } });
    const unwanted = await started({ flags: { 'cluster-cidr': '' } });
    expect(wanted.start).toHaveProperty('asConfigured', true);
    expect(unwanted.start).not.toHaveProperty('asConfigured');
  });

  // @see docs/reference/contract.md#case-197
  it.each([
    ['10.0.0.0/16,10.1.0.0/16', /len of ClusterCIDRs==2 and they are not configured as dual stack/],
    ['10.0.0.0/16,fd00::/48,10.1.0.0/16', /length of clusterCIDRs is:3 more than max allowed of 2/],
    ['10.0.0.0/33', /invalid CIDR\[0\]: 10.0.0.0\/33/],
  ])('refuses %s', async (cidrs, message) => {
    const starting = started({ flags: { 'cluster-cidr': cidrs } });
    await expect(starting).rejects.toThrow(ControllerConfigError);
    await expect(starting).rejects.toThrow(message);
  });

  // @see docs/reference/contract.md#case-197
  it('takes a range of each family', async () => {
    const { start } = await started({ flags: { 'cluster-cidr': '10.0.0.0/16,fd00::/48' } });
    expect(start.kind).toBe('running');
  });

  it('refuses a period that would never end a loop', async () => {
    const starting = started({ flags: { 'route-reconciliation-period': 0 } });
    await expect(starting).rejects.toThrow(RangeError);
  });
});
