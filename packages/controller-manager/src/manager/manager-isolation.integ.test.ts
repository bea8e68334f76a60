import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import type { CloudProvider, KubernetesObject, ProviderInformers } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import {
  defaultControllerRateLimiter,
  KubeClient,
  loadKubeConfig,
  objectKey,
  runWorkers,
  systemClock,
  systemRandom,
  WorkQueue,
} from '@k8s-ccm/controller-runtime';
import type { ControllerStart } from '@k8s-ccm/controller-runtime';
import { startControlPlane } from '@k8s-ccm/envtest';
import type { ControlPlane } from '@k8s-ccm/envtest';
import { silentLogger, untilAborted } from '@k8s-ccm/foundation';
import type { ControllerContext, ControllerDescriptor } from '../controller.ts';
import type { InformerDefinition } from '../informers/informer-definition.ts';
import { runControllerManager } from './run-controller-manager.ts';
import type { StopSignal } from './stop-signals.ts';

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

const configMaps: InformerDefinition<ConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true,
};

/** Calls `reconcile` for each Node. */
function nodeController(
  name: string,
  reconcile: (node: string, context: ControllerContext) => Promise<void>,
): ControllerDescriptor {
  return {
    name,
    start: (context) => {
      const { informers, clock, log, signal } = context;
      const queue = new WorkQueue({
        name,
        clock,
        rateLimiter: defaultControllerRateLimiter({ clock }),
      });
      informers.nodes.addHandler({ onAdd: (node) => queue.add(objectKey(node)) });
      const done = runWorkers({
        queue,
        concurrency: 1,
        reconcile: (node) => reconcile(node, context),
        signal,
        log,
      });
      return { kind: 'running', done };
    },
  };
}

const running = ({ signal }: ControllerContext): ControllerStart => ({
  kind: 'running',
  done: untilAborted(signal),
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await systemClock.sleep(10);
}

describe('a manager whose controllers fail', () => {
  let controlPlane: ControlPlane;
  let client: KubeClient;
  beforeAll(async () => {
    controlPlane = await startControlPlane();
    const base = { clock: systemClock, random: systemRandom, log: silentLogger };
    const config = await loadKubeConfig({ kubeconfig: controlPlane.kubeconfig, ...base });
    client = KubeClient.create({ config, userAgent: 'test', ...base });
    await client.nodes.create({ metadata: { name: 'node-a' } });
    await client.nodes.create({ metadata: { name: 'node-b' } });
  }, 600_000);
  afterAll(async () => {
    await client.close();
    await controlPlane.stop();
  });

  function run(
    controllers: readonly ControllerDescriptor[],
    provider: CloudProvider = new FakeCloudProvider(),
    args: readonly string[] = [],
  ) {
    const providers = new CloudProviderRegistry();
    providers.register('fake', async () => provider);
    let send: ((signal: StopSignal) => void) | undefined;
    let metrics: ControllerContext['metrics'] | undefined;
    let log = '';
    const exitCode = runControllerManager({
      argv: [
        `--kubeconfig=${controlPlane.kubeconfig}`,
        '--cloud-provider=fake',
        '--leader-elect=false',
        '--secure-port=0',
        ...args,
      ],
      providers,
      controllers: [
        {
          name: 'witness',
          start: (context) => {
            ({ metrics } = context);
            return running(context);
          },
        },
        ...controllers,
      ],
      // A pause before a restart would be a second.
      clock: {
        ...systemClock,
        sleep: (ms, options) => systemClock.sleep(ms >= 1000 ? ms / 50 : ms, options),
      },
      signalSource: {
        onSignal: (callback) => {
          send = callback;
          return { [Symbol.dispose]: () => undefined };
        },
      },
      stderr: { write: (text) => (log += text) },
    });
    return {
      stop: async () => {
        send?.('SIGTERM');
        expect(await exitCode).toBe(0);
      },
      log: () => log,
      metric: async (series: string) => {
        const lines = ((await metrics?.render()) ?? '').split('\n');
        return lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1);
      },
    };
  }

  it('lets the others converge while one throws in every reconcile', async () => {
    const tries: string[] = [];
    const converged: string[] = [];
    const manager = run([
      nodeController('broken', async (node) => {
        tries.push(node);
        throw new Error('out of luck');
      }),
      nodeController('sound', async (node) => void converged.push(node)),
    ]);
    await until(() => converged.length === 2 && tries.length > 6);
    expect(converged.toSorted()).toEqual(['node-a', 'node-b']);
    expect(new Set(tries)).toEqual(new Set(['node-a', 'node-b']));
    expect(manager.log()).toContain('reconcile failed, retrying');
    expect(
      await manager.metric(
        'running_managed_controllers{name="broken",manager="cloud-controller-manager"}',
      ),
    ).toBe('1');
    await manager.stop();
  });

  it('lets the others converge while one throws at each start', async () => {
    const converged: string[] = [];
    const manager = run([
      {
        name: 'broken',
        start: () => {
          throw new Error('no such thing');
        },
      },
      nodeController('sound', async (node) => void converged.push(node)),
    ]);
    const failures = 'controller_failures_total{name="broken"}';
    await until(async () => converged.length === 2 && Number(await manager.metric(failures)) >= 3);
    expect(manager.log()).toContain('controller failed, restarting it');
    expect(await manager.metric('controller_failures_total{name="sound"}')).toBe('0');
    expect(
      await manager.metric(
        'running_managed_controllers{name="sound",manager="cloud-controller-manager"}',
      ),
    ).toBe('1');
    await manager.stop();
  });

  it('starts one that failed again, which then sees all that is there, and once', async () => {
    const seen: string[] = [];
    let lives = 0;
    const manager = run([
      nodeController('sound', async () => undefined),
      {
        name: 'phoenix',
        start: ({ informers, signal }) => {
          const life = (lives += 1);
          informers.nodes.addHandler({
            onAdd: (node) => seen.push(`${life} ${objectKey(node)}`),
            onDelete: (node) => seen.push(`${life} gone ${objectKey(node)}`),
          });
          const work = async (): Promise<void> => {
            await informers.nodes.waitForSync(signal);
            if (life < 3) throw new Error('out of luck');
            await untilAborted(signal);
          };
          return { kind: 'running', done: work() };
        },
      },
    ]);
    await until(() => seen.length === 6);
    await client.nodes.create({ metadata: { name: 'node-c' } });
    await until(() => seen.includes('3 node-c'));
    await client.nodes.delete({ name: 'node-c' });
    await until(() => seen.includes('3 gone node-c'));
    // Nothing of the lives before.
    expect(seen).toEqual([
      ...[1, 2, 3].flatMap((life) => [`${life} node-a`, `${life} node-b`]),
      '3 node-c',
      '3 gone node-c',
    ]);
    expect(await manager.metric('controller_failures_total{name="phoenix"}')).toBe('2');
    await manager.stop();
  });

  it('runs an informer at once that is asked for late, and shares it by what it is of', async () => {
    const seen: string[] = [];
    const shared: boolean[] = [];
    await client
      .resource<ConfigMap>(configMaps)
      .create({ metadata: { name: 'settings', namespace: 'default' }, data: { color: 'red' } });
    const manager = run([
      {
        name: 'late',
        start: ({ informers, signal }) => {
          const work = async (): Promise<void> => {
            await informers.nodes.waitForSync(signal);
            await systemClock.sleep(50);
            const informer = informers.of<ConfigMap>(configMaps);
            informer.addHandler({
              onAdd: ({ metadata, data }) => seen.push(`${metadata?.name} ${data?.['color']}`),
            });
            await informer.waitForSync(signal);
            shared.push(informers.of<ConfigMap>({ ...configMaps }).store === informer.store);
            const named = informers.of<ConfigMap>({ ...configMaps, name: 'mine' });
            shared.push(named.store === informer.store);
            await untilAborted(signal);
          };
          informers.nodes.addHandler({});
          return { kind: 'running', done: work() };
        },
      },
    ]);
    await until(() => shared.length === 2);
    expect(seen).toContain('settings red');
    expect(shared).toEqual([true, false]);
    await manager.stop();
  });

  it('gives every object again after --min-resync-period, changed or not', async () => {
    const again: string[] = [];
    const looker: ControllerDescriptor = {
      name: 'looker',
      start: (context) => {
        context.informers.nodes.addHandler({
          onUpdate: (old, node) => {
            if (old === node) again.push(objectKey(node));
          },
        });
        return running(context);
      },
    };
    const manager = run([looker], undefined, ['--min-resync-period=50ms']);
    await until(() => again.length > 3);
    expect(new Set(again)).toEqual(new Set(['node-a', 'node-b']));
    await manager.stop();
  });

  it('goes on without one whose start waits for what only comes after all starts', async () => {
    const converged: string[] = [];
    const manager = run([
      {
        name: 'impatient',
        start: async (context) => {
          await context.informers.nodes.waitForSync(context.signal);
          converged.push('impatient');
          return running(context);
        },
      },
      nodeController('sound', async (node) => void converged.push(node)),
    ]);
    await until(() => converged.length === 3);
    expect(manager.log()).toContain('controller is slow to start');
    await manager.stop();
  });

  // @see docs/reference/contract.md#case-202
  it('gives a provider its informers once, after initialize and before any controller', async () => {
    const steps: string[] = [];
    let given: ProviderInformers | undefined;
    const provider = new FakeCloudProvider();
    const manager = run(
      [
        {
          name: 'first',
          start: (context) => {
            steps.push('start');
            return running(context);
          },
        },
      ],
      {
        name: 'fake',
        initialize: async (context) => {
          await provider.initialize(context);
          steps.push('initialize');
        },
        setInformers: (informers) => {
          steps.push('setInformers');
          given = informers;
          // Asking is what makes the informer: no controller here asks for Nodes.
          expect(informers.nodes.hasSynced).toBe(false);
        },
      },
    );
    await until(() => given?.nodes.hasSynced === true);
    expect(steps).toEqual(['initialize', 'setInformers', 'start']);
    expect(given?.nodes.get('node-a')?.metadata?.name).toBe('node-a');
    expect(given?.nodes.list()).toHaveLength(2);
    await manager.stop();
  });
});
