import type { Node } from '@k8s-ccm/cloud-provider';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { SharedInformer, systemRandom, trimNode } from '@k8s-ccm/controller-runtime';
import { inParallel } from '../scenario/in-parallel.ts';
import type { Phase, Scenario, World } from '../scenario/scenario.ts';
import { isInitialized, newNode, newNodeNames, nodesSeed } from './node-load.ts';

const parallelRequests = 16;

/** Nodes come all at once and wait to be initialized. */
export const nodesScenario: Scenario = {
  name: 'nodes',
  unit: 'node',
  units: ({ nodes }) => nodes,
  describe: ({ nodes, latencyMs }) => `${nodes} nodes, cloud latency ${latencyMs} ms`,
  seed: nodesSeed,
  async open(world: World) {
    const { client, clock, signal } = world;
    const initializedAt = new Map<string, number>();
    const informer = new SharedInformer<Node>({
      name: 'nodes',
      client: client.nodes,
      trim: trimNode,
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    const see = (node: Node): void => {
      const name = node.metadata?.name ?? '';
      if (isInitialized(node) && !initializedAt.has(name)) initializedAt.set(name, clock.now());
    };
    informer.addHandler({ onAdd: see, onUpdate: (_old, node) => see(node) });
    const ending = new AbortController();
    const running = informer.run(ending.signal);
    await informer.waitForSync(signal);
    return {
      phases: [initializePhase(world, initializedAt)],
      async [Symbol.asyncDispose]() {
        ending.abort();
        await running;
      },
    };
  },
};

/** All nodes are created; reached when the last of them has lost its taint. */
function initializePhase(
  { client, settings, signal }: World,
  initializedAt: ReadonlyMap<string, number>,
): Phase {
  const names = newNodeNames(settings);
  return {
    name: 'initialize',
    title: 'all nodes are initialized',
    load: () =>
      inParallel(names, parallelRequests, (name) => client.nodes.create(newNode(name), { signal })),
    reachedAt: () =>
      initializedAt.size < names.length ? undefined : Math.max(...initializedAt.values()),
    fault: async () => {
      const { items } = await client.nodes.list({ signal });
      const wrong = items.filter(
        ({ metadata, spec, status }) =>
          spec?.providerID === undefined ||
          metadata?.labels?.['topology.kubernetes.io/zone'] === undefined ||
          !(status?.addresses ?? []).some(({ type }) => type === 'InternalIP'),
      );
      return wrong.length === 0
        ? undefined
        : `${wrong.length} nodes lack provider id, zone or address, for example ${wrong[0]?.metadata?.name}`;
    },
  };
}
