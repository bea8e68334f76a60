import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import type { ControllerDescriptor } from '@k8s-ccm/controller-manager';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { InProcessManager } from './in-process-manager.ts';
import type { InProcessSpec } from './in-process-manager.ts';
import { until } from './until.ts';

const node = 'cloud-node-controller';
const lifecycle = 'cloud-node-lifecycle-controller';
const service = 'service-lb-controller';
const route = 'node-route-controller';

describe('the four controllers in a manager', () => {
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
  }, 300_000);
  afterAll(() => controlPlane.stop(), 60_000);

  function start(spec: Partial<InProcessSpec> = {}): Promise<InProcessManager> {
    const { kubeconfig, token } = controlPlane;
    return InProcessManager.start({
      kubeconfig,
      token,
      provider: new FakeCloudProvider(),
      ...spec,
    });
  }

  it.each([
    // @see docs/reference/contract.md#case-183
    ['*,-service', [node, lifecycle, route]],
    // @see docs/reference/contract.md#case-184
    ['cloud-node', [node]],
    // @see docs/reference/contract.md#case-185
    ['-route,*', [node, lifecycle, service]],
    ['*,-route', [node, lifecycle, service]],
    ['route,-route', [route]],
  ])('--controllers=%s runs %j', async (words, expected) => {
    const manager = await start({ args: [`--controllers=${words}`] });
    await manager.untilChecks(expected);
    expect(await manager.stop()).toBe(0);
  });

  // @see docs/reference/contract.md#case-195
  it.each([
    ['Routes', { routes: false }, [node, lifecycle, service], [route]],
    ['LoadBalancer', { loadBalancer: false }, [node, lifecycle, route], [service]],
    ['Instances', { instances: 'none' }, [service, route], [node, lifecycle]],
  ] as const)('a cloud without %s', async (_part, options, expected, skipped) => {
    const manager = await start({ provider: new FakeCloudProvider(options) });
    await manager.untilChecks(expected);
    for (const name of skipped) expect(manager.log).toMatch(new RegExp(`skipped.*${name}`));
    expect(Object.keys(await manager.metric('running_managed_controllers'))).toHaveLength(
      expected.length,
    );
    expect(await manager.stop()).toBe(0);
  });

  // @see docs/reference/contract.md#case-198
  it('without a cluster id ends with 255, unless --allow-untagged-cloud', async () => {
    const refused = await start({ provider: new FakeCloudProvider({ hasClusterId: false }) });
    expect(await refused.exitCode).toBe(255);
    expect(refused.log).toContain('no ClusterID found');
    const allowed = await start({
      provider: new FakeCloudProvider({ hasClusterId: false }),
      args: ['--allow-untagged-cloud'],
    });
    await allowed.untilChecks([node, lifecycle, service, route]);
    expect(await allowed.stop()).toBe(0);
  });

  // @see docs/reference/contract.md#case-202
  it('a cloud gets the informers once, after initialize, before any call of a controller', async () => {
    const cloud = new FakeCloudProvider();
    const steps: string[] = [];
    const provider = Object.assign(cloud, {
      initialize: async () => void steps.push(`initialize, ${cloud.calls().length} calls`),
      setInformers: () => void steps.push(`setInformers, ${cloud.calls().length} calls`),
    });
    const manager = await start({ provider });
    await until('the cloud is called', () => cloud.calls().length > 0);
    expect(steps).toEqual(['initialize, 0 calls', 'setInformers, 0 calls']);
    expect(await manager.stop()).toBe(0);
  });

  // @see docs/reference/contract.md#case-203
  it('running_managed_controllers names them as upstream does, with 1', async () => {
    const manager = await start();
    await manager.untilChecks([node, lifecycle, service, route]);
    const running = await manager.metric('running_managed_controllers');
    expect(running).toEqual(
      Object.fromEntries(
        ['cloud-node', 'cloud-node-lifecycle', 'service', 'route'].map((name) => [
          `{name="${name}",manager="cloud-controller-manager"}`,
          1,
        ]),
      ),
    );
    expect(await manager.stop()).toBe(0);
  });

  it('shows one that fails on /readyz only, with 0, and the four go on', async () => {
    const broken: ControllerDescriptor = {
      name: 'broken',
      start: () => {
        throw new Error('no such thing');
      },
    };
    const manager = await start({ controllers: [broken] });
    await manager.untilChecks([node, lifecycle, service, route]);
    await until('only the broken one is not ready', async () => {
      const failing = (await manager.checks('/readyz')).filter((name) => name.startsWith('!'));
      return JSON.stringify(failing) === '["!broken"]';
    });
    const running = await manager.metric('running_managed_controllers');
    expect(running['{name="broken",manager="cloud-controller-manager"}']).toBe(0);
    const failures = await manager.metric('controller_failures_total');
    expect(failures['{name="broken"}']).toBeGreaterThan(0);
    expect(failures['{name="service"}']).toBe(0);
    expect(await manager.stop()).toBe(0);
  });

  it('shows on /readyz that a custom kind is not to be had, and is ready for the rest', async () => {
    const waiting: ControllerDescriptor = {
      name: 'waiting',
      start: ({ informers, signal }) => {
        const widgets = informers.of({
          group: 'example.com',
          version: 'v1',
          plural: 'widgets',
          namespaced: true,
        });
        return { kind: 'running', done: widgets.waitForSync(signal) };
      },
    };
    const manager = await start({ controllers: [waiting] });
    await manager.untilChecks([node, lifecycle, service, route, 'waiting']);
    const ready = await manager.checks('/readyz');
    expect(ready.filter((name) => name.startsWith('!'))).toEqual(['!custom-informers']);
    expect(await manager.stop()).toBe(0);
  });
});
