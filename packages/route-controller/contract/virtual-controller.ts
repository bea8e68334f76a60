import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Logger, Node, ProviderChange, Route } from '@k8s-ccm/cloud-provider';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { SeenNodes } from '@k8s-ccm/contract-testing';
import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { RouteController, parseClusterCidrs } from '@k8s-ccm/route-controller';

let versions = 0;

/** A Node as it is after one more write. */
export function nodeOf(name: string, ...podCIDRs: string[]): Node {
  versions += 1;
  return {
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, resourceVersion: `${versions}` },
    spec: { podCIDRs },
  };
}

/** A route as the cloud lists it. */
export function routeOf(
  targetNode: string,
  destinationCIDR: string,
  rest: Partial<Route> = {},
): Route {
  return { name: `rt-${targetNode}`, targetNode, destinationCIDR, ...rest };
}

/** What a test begins with. */
export interface Scene {
  readonly cloud?: FakeCloudProvider;
  readonly nodes?: readonly Node[];
  readonly periodMs?: number;
  readonly watch?: boolean;
  /** When the Nodes are all known; default: at once. */
  readonly synced?: Promise<void>;
  /** Called for each PATCH of a Node: may throw, or give the Node as it is then. */
  readonly onPatch?: (name: string) => Promise<Node | undefined>;
  /** The Nodes that the API server has. Default: what the informer shows. */
  readonly live?: () => readonly Node[];
}

/** A controller in virtual time, with what has become of it so far. */
export function scene({
  cloud = new FakeCloudProvider(),
  nodes = [],
  periodMs = 3_600_000,
  watch = true,
  synced = Promise.resolve(),
  onPatch = async () => undefined,
  live,
}: Scene = {}) {
  const clock = new FakeClock();
  const seen = new SeenNodes();
  const metrics = new MetricsRegistry();
  const stopping = new AbortController();
  const listeners: ((change: ProviderChange) => void)[] = [];
  const patches: { name: string; patch: object }[] = [];
  const events: string[] = [];
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
  if (cloud.routes === undefined) throw new Error('no routes');
  const controller = new RouteController({
    routes: cloud.routes,
    clusterName: 'east',
    clusterCidrs: parseClusterCidrs('10.244.0.0/16'),
    nodes: {
      list: async () => ({ items: live?.() ?? seen.list(), resourceVersion: '' }),
      patch: async ({ name }, patch) => {
        patches.push({ name, patch });
        return (await onPatch(name)) ?? {};
      },
    },
    nodeInformer: Object.assign(Object.create(seen.informer), { waitForSync: () => synced }),
    recorder: {
      event: (_node, type, reason, message) => events.push(`${type} ${reason} ${message}`),
    },
    onProviderChange: (listener) => listeners.push(listener),
    periodMs,
    watch,
    clock,
    log,
    metrics,
  });
  for (const each of nodes) seen.put(each);
  const state = { ended: false };
  const run = async () => {
    await controller.run(stopping.signal);
    state.ended = true;
  };
  const done = run();
  return {
    cloud,
    clock,
    seen,
    metrics,
    patches,
    events,
    warnings,
    state,
    lists: () => cloud.calls({ operation: 'list-routes' }).length,
    change: (what: ProviderChange) => {
      for (const listener of listeners) listener(what);
    },
    abort: () => stopping.abort(new Error('enough')),
    stop: async () => {
      stopping.abort(new Error('enough'));
      await done;
    },
  };
}
