import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject, Service } from '@k8s-ccm/cloud-provider';
import type { ControllerDescriptor, InformerDefinition } from '@k8s-ccm/controller-manager';
import { WorkQueue, defaultControllerRateLimiter, runWorkers } from '@k8s-ccm/controller-runtime';

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

const bookName = 'load-balancers';

const books: InformerDefinition<ConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true,
  selection: { fieldSelector: `metadata.name=${bookName}` },
};

/** Keeps a ConfigMap in each namespace that tells the addresses of its Services of type LoadBalancer. */
export const addressBook: ControllerDescriptor = {
  name: 'address-book',
  start: ({ client, informers, clock, log, signal }) => {
    const { services } = informers;
    const found = informers.of<ConfigMap>(books);
    const rateLimiter = defaultControllerRateLimiter({ clock });
    const queue = new WorkQueue({ name: 'address-book', clock, rateLimiter });
    const changed = ({ metadata }: KubernetesObject): void => queue.add(metadata?.namespace ?? '');
    const handler = {
      onAdd: changed,
      onUpdate: (_old: KubernetesObject, object: KubernetesObject) => changed(object),
      onDelete: changed,
    };
    services.addHandler(handler);
    found.addHandler(handler);

    const reconcile = async (namespace: string): Promise<void> => {
      const data = addressesOf(services.store.list(), namespace);
      const before = found.store.get(`${namespace}/${bookName}`)?.data ?? {};
      if (isDeepStrictEqual(data, before)) return;
      const metadata = { name: bookName, namespace };
      const book = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      const options = { type: 'apply', fieldManager: 'address-book', force: true, signal } as const;
      await client.resource<ConfigMap>(books).patch(metadata, book, options);
      log.info('address book written', { namespace, services: Object.keys(data).length });
    };

    const work = async (): Promise<void> => {
      await Promise.all([services.waitForSync(signal), found.waitForSync(signal)]);
      await runWorkers({ queue, concurrency: 2, reconcile, signal, log });
    };
    return { kind: 'running', done: work() };
  },
};

function addressesOf(
  services: readonly Service[],
  namespace: string,
): Readonly<Record<string, string>> {
  const entries = services
    .filter(({ metadata, spec }) => {
      return metadata?.namespace === namespace && spec?.type === 'LoadBalancer';
    })
    .map(({ metadata, status }): readonly [string, string] => {
      const points = status?.loadBalancer?.ingress ?? [];
      return [metadata?.name ?? '', points.map(({ ip, hostname }) => ip ?? hostname).join(',')];
    });
  return Object.fromEntries(entries.filter(([, addresses]) => addresses !== ''));
}
