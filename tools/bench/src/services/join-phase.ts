import { succeeded } from '../calls/cloud-calls.ts';
import type { Phase, World } from '../scenario/scenario.ts';
import { listenerFault } from './listener-fault.ts';
import { benchNode, joiningNode, nodeNames, serviceNames } from './service-load.ts';

/** A node joins; reached when the cloud has taken the last call that adds it to a listener. */
export function joinPhase(world: World): Phase {
  const { client, cloud, settings, signal } = world;
  const position = nodeNames(settings).length;
  const listeners = serviceNames(settings).length * settings.ports;
  let callsBefore = 0;
  const additions = (): readonly { readonly path: string; readonly at: number }[] =>
    cloud.calls
      .slice(callsBefore)
      .filter((call) => call.operation === 'AddMembers' && succeeded(call));
  return {
    name: 'join',
    title: 'a node joins: last member added',
    load: async () => {
      callsBefore = cloud.calls.length;
      await client.nodes.create(benchNode(joiningNode, position), { signal });
    },
    reachedAt: () => {
      const calls = additions();
      if (new Set(calls.map(({ path }) => path)).size < listeners) return undefined;
      return Math.max(...calls.map(({ at }) => at));
    },
    fault: async () =>
      listenerFault(await cloud.state(signal), { listeners, members: position + 1 }),
  };
}
