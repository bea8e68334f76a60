import type { ServiceEvent } from './cluster-objects.ts';
import type { KubeApi } from './kube-api.ts';

interface ClusterEvent extends ServiceEvent {
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

/** Returns the Warnings of all namespaces, each as `<kind>/<name> <reason> x<count>: <message>`, sorted. */
export async function clusterWarnings(kube: KubeApi): Promise<readonly string[]> {
  const { items } = await kube.get<{ readonly items: readonly ClusterEvent[] }>('/api/v1/events');
  return items
    .filter(({ type }) => type === 'Warning')
    .map(
      ({ involvedObject: { kind, name }, reason, count, message }) =>
        `${kind}/${name} ${reason} x${count}: ${message}`,
    )
    .toSorted();
}
