import type { Scenario, World } from '../scenario/scenario.ts';
import { inParallel } from '../scenario/in-parallel.ts';
import { createPhase } from './create-phase.ts';
import { deletePhase } from './delete-phase.ts';
import { joinPhase } from './join-phase.ts';
import { benchNode, nodeNames, servicesSeed } from './service-load.ts';
import { ServiceView } from './service-view.ts';

/** Services come, a node joins, the Services go. */
export const servicesScenario: Scenario = {
  name: 'services',
  unit: 'Service',
  units: ({ services }) => services,
  describe: ({ services, ports, nodes, latencyMs }) =>
    `${services} Services × ${ports} ports, ${nodes} nodes, cloud latency ${latencyMs} ms`,
  seed: servicesSeed,
  async open(world: World) {
    const { client, settings, signal } = world;
    const nodes = nodeNames(settings).map(benchNode);
    await inParallel(nodes, parallelRequests, (node) => client.nodes.create(node, { signal }));
    const view = await ServiceView.open(world);
    return {
      phases: [createPhase(world, view), joinPhase(world), deletePhase(world, view)],
      [Symbol.asyncDispose]: () => view[Symbol.asyncDispose](),
    };
  },
};

const parallelRequests = 16;
