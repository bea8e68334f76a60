import { inParallel } from '../scenario/in-parallel.ts';
import type { Phase, World } from '../scenario/scenario.ts';
import { listenerFault } from './listener-fault.ts';
import { benchService, nodeNames, serviceNames } from './service-load.ts';
import type { ServiceView } from './service-view.ts';

const parallelRequests = 16;

/** All Services are created; reached when each has an address. */
export function createPhase(world: World, view: ServiceView): Phase {
  const { client, cloud, settings, signal } = world;
  const names = serviceNames(settings);
  return {
    name: 'create',
    title: 'all Services have their address',
    load: () =>
      inParallel(names, parallelRequests, (name) =>
        client.services.create(benchService(name, settings), { signal }),
      ),
    reachedAt: () =>
      view.withAddress.size < names.length ? undefined : Math.max(...view.withAddress.values()),
    fault: async () =>
      listenerFault(await cloud.state(signal), {
        listeners: names.length * settings.ports,
        members: nodeNames(settings).length,
      }),
  };
}
