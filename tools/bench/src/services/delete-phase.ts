import { succeeded } from '../calls/cloud-calls.ts';
import { inParallel } from '../scenario/in-parallel.ts';
import type { Phase, World } from '../scenario/scenario.ts';
import { listenerFault } from './listener-fault.ts';
import { serviceNames } from './service-load.ts';
import type { ServiceView } from './service-view.ts';

const parallelRequests = 16;

/** All Services are deleted; reached when the last object and the last listener are gone. */
export function deletePhase(world: World, view: ServiceView): Phase {
  const { client, cloud, settings, signal } = world;
  const names = serviceNames(settings);
  return {
    name: 'delete',
    title: 'all Services and listeners are gone',
    load: () =>
      inParallel(names, parallelRequests, (name) =>
        client.services.delete({ name, namespace: 'default' }, { signal }),
      ),
    reachedAt: () => {
      if (view.gone.size < names.length) return undefined;
      const removals = cloud.calls.filter(
        (call) => call.operation === 'DeleteListener' && succeeded(call),
      );
      return Math.max(...view.gone.values(), removals.at(-1)?.at ?? 0);
    },
    fault: async () => listenerFault(await cloud.state(signal), { listeners: 0, members: 0 }),
  };
}
