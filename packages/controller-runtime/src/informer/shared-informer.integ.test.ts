import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger, type Node, type Service } from '@k8s-ccm/cloud-provider';
import { startControlPlane, type ControlPlane } from '@k8s-ccm/envtest';
import { LinkedAbort } from '@k8s-ccm/foundation';
import { ApiConnectionError } from '../api/errors/api-connection-error.ts';
import { ApiError } from '../api/errors/api-error.ts';
import { systemClock } from '../time/clock.ts';
import { KubeClient } from '../api/kube-client.ts';
import { loadKubeConfig } from '../kubeconfig/kube-config.ts';
import { systemRandom } from '../time/random.ts';
import type { ResourceClient } from '../api/resource-client.ts';
import { SharedInformer } from './shared-informer.ts';
import type { Store } from './store.ts';
import { trimNode, trimService } from './trim.ts';

const startLimitMs = 60_000;
let controlPlane: ControlPlane;
let client: KubeClient;

beforeAll(async () => {
  controlPlane = await startControlPlane();
  client = await connect(controlPlane);
}, startLimitMs);

afterAll(async () => {
  await client.close();
  await controlPlane.stop();
});

describe('SharedInformer against a real API server', () => {
  it('receives existing objects by WatchList, then additions, changes and deletions', async () => {
    await client.nodes.create(node('watched-1'));
    await using world = startNodes();
    await world.informer.waitForSync(world.signal);
    expect(world.calls).toContain('add watched-1 initial');
    await client.nodes.create(node('watched-2'));
    await client.nodes.patch(
      { name: 'watched-2' },
      { metadata: { labels: { zone: 'a' } } },
      { type: 'merge' },
    );
    await client.nodes.delete({ name: 'watched-2' });
    await until(() => world.calls.includes('delete watched-2 zone=a'));
    expect(world.calls.filter((call) => call.includes('watched-2'))).toEqual([
      'add watched-2',
      'update watched-2 zone= -> zone=a',
      'delete watched-2 zone=a',
    ]);
    expect(world.informer.store.get('watched-2')).toBeUndefined();
    expect(world.lines).not.toContain('the server does not support WatchList, listing in pages');
  });

  it('fills an equal store by WatchList and in pages', async () => {
    for (let i = 0; i < 7; i += 1) await client.services.create(service(`equal-${i}`));
    await using byStream = startServices(client.services);
    await using byPages = startServices(withoutWatchList(client.services), 3);
    await byStream.informer.waitForSync(byStream.signal);
    await byPages.informer.waitForSync(byPages.signal);
    const stored = sorted(byStream.informer.store);
    expect(stored.length).toBeGreaterThanOrEqual(8);
    expect(sorted(byPages.informer.store)).toEqual(stored);
    expect(stored[0]).toMatchObject({ kind: 'Service', apiVersion: 'v1' });
    expect(stored[0]?.metadata?.managedFields).toBeUndefined();
    expect(byPages.lines).toContain('the server does not support WatchList, listing in pages');
  });

  it(
    'lists in pages from a server without WatchList',
    async () => {
      await using older = await startControlPlane({
        apiServerFlags: ['--feature-gates=WatchList=false'],
      });
      await using olderClient = await connect(older);
      await olderClient.nodes.create(node('old-1'));
      await using world = startNodes(olderClient.nodes);
      await world.informer.waitForSync(world.signal);
      expect(world.lines).toEqual(['the server does not support WatchList, listing in pages']);
      await olderClient.nodes.create(node('old-2'));
      await until(() => world.calls.length === 2);
      expect(world.calls).toEqual(['add old-1 initial', 'add old-2']);
    },
    startLimitMs,
  );

  it(
    'continues after the API server was unreachable, without listing again',
    async () => {
      await using world = startNodes();
      await world.informer.waitForSync(world.signal);
      await controlPlane.stopApiServer();
      await until(() => world.lines.includes('the watch failed, resuming'));
      await controlPlane.startApiServer();
      await client.nodes.create(node('after-restart'));
      await until(() => world.calls.includes('add after-restart'));
      expect(world.lines).not.toContain('list or watch failed, listing again');
      expect(world.lines).not.toContain('the resource version is too old, listing again');
    },
    startLimitMs,
  );

  it(
    'lists again when its version was compacted, and reports a deletion that it missed',
    async () => {
      await client.nodes.create(node('missed'));
      const gate = new Gate();
      await using world = startNodes(gate.guard(client.nodes));
      await world.informer.waitForSync(world.signal);
      gate.close();
      await until(() => world.lines.includes('the watch failed, resuming'));
      await client.nodes.delete({ name: 'missed' });
      for (let i = 0; i < 3; i += 1) await client.nodes.create(node(`newer-${i}`));
      await controlPlane.compact();
      await controlPlane.restartApiServer();
      gate.open();
      await until(() => world.calls.includes('delete missed zone='));
      expect(world.lines).toContain('the resource version is too old, listing again');
      await until(() => world.calls.includes('add newer-2'));
      expect(world.informer.store.get('missed')).toBeUndefined();
    },
    startLimitMs,
  );
});

async function connect({ kubeconfig }: ControlPlane): Promise<KubeClient> {
  return KubeClient.create({
    config: await loadKubeConfig({ kubeconfig, clock: systemClock, log: silentLogger }),
    userAgent: 'test',
    qps: 0,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  });
}

function startNodes(nodes: ResourceClient<Node> = client.nodes) {
  return startInformer(
    (common) =>
      new SharedInformer<Node>({ ...common, name: 'nodes', client: nodes, trim: trimNode }),
  );
}

function startServices(services: ResourceClient<Service>, pageSize = 500) {
  return startInformer(
    (common) =>
      new SharedInformer<Service>({
        ...common,
        name: 'services',
        client: services,
        trim: trimService,
        pageSize,
      }),
  );
}

function startInformer<T extends Node | Service>(
  make: (
    common: Pick<
      ConstructorParameters<typeof SharedInformer<T>>[0],
      'clock' | 'random' | 'log' | 'freeze'
    >,
  ) => SharedInformer<T>,
) {
  const lines: string[] = [];
  const calls: string[] = [];
  const informer = make({
    clock: systemClock,
    random: systemRandom,
    log: recordingLogger(lines),
    freeze: true,
  });
  informer.addHandler({
    onAdd: (object, isInInitialList) =>
      calls.push(`add ${object.metadata?.name}${isInInitialList ? ' initial' : ''}`),
    onUpdate: (old, object) =>
      calls.push(`update ${object.metadata?.name} ${zone(old)} -> ${zone(object)}`),
    onDelete: (object) => calls.push(`delete ${object.metadata?.name} ${zone(object)}`),
  });
  const controller = new AbortController();
  const done = informer.run(controller.signal);
  return {
    informer,
    lines,
    calls,
    signal: controller.signal,
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await done;
    },
  };
}

/** Blocks or unblocks watches, like a broken network. */
class Gate {
  #isOpen = true;
  #cut = new AbortController();

  close(): void {
    this.#isOpen = false;
    this.#cut.abort(brokenConnection());
  }

  open(): void {
    this.#isOpen = true;
    this.#cut = new AbortController();
  }

  guard<T>(target: ResourceClient<T>): ResourceClient<T> {
    return {
      ...passOn(target),
      watch: (options = {}) =>
        target.watch({
          ...options,
          signal: new LinkedAbort(
            options.signal,
            this.#isOpen ? this.#cut.signal : AbortSignal.abort(brokenConnection()),
          ).signal,
        }),
    };
  }
}

function withoutWatchList<T>(target: ResourceClient<T>): ResourceClient<T> {
  const refusal = {
    method: 'GET',
    path: '/',
    status: 422,
    reason: 'Invalid',
    message: 'no WatchList',
  };
  return {
    ...passOn(target),
    async *watch(options = {}) {
      if (options.sendInitialEvents === true) throw new ApiError(refusal);
      yield* target.watch(options);
    },
  };
}

function brokenConnection(): ApiConnectionError {
  return new ApiConnectionError(
    { method: 'GET', path: '/', host: 'gate', outcome: 'unknown' },
    { cause: new Error('cut') },
  );
}

function passOn<T>(target: ResourceClient<T>): ResourceClient<T> {
  return {
    get: (...call) => target.get(...call),
    list: (...call) => target.list(...call),
    create: (...call) => target.create(...call),
    update: (...call) => target.update(...call),
    patch: (...call) => target.patch(...call),
    delete: (...call) => target.delete(...call),
    watch: (...call) => target.watch(...call),
  };
}

function recordingLogger(lines: string[]): Logger {
  const add = (line: string): void => {
    lines.push(line);
  };
  const log: Logger = { error: add, warn: add, info: add, debug: add, child: () => log };
  return log;
}

function zone({ metadata }: Node | Service): string {
  return `zone=${metadata?.labels?.['zone'] ?? ''}`;
}

function sorted<T>(store: Store<T>): readonly (T | undefined)[] {
  return store
    .keys()
    .toSorted()
    .map((key) => store.get(key));
}

function node(name: string): Node {
  return { metadata: { name } };
}

function service(name: string): Service {
  return {
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  };
}

async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = systemClock.monotonic() + 30_000;
  while (!condition()) {
    if (systemClock.monotonic() > giveUpAt)
      throw new Error(`waited in vain for ${condition.toString()}`);
    await systemClock.sleep(20);
  }
}
