import type { ProviderInformer, ProviderInformers } from '@k8s-ccm/cloud-provider';
import type { Informer } from '@k8s-ccm/controller-runtime';
import type { SharedInformers } from './shared-informers.ts';

/** Returns a read-only view of the shared informers for a provider (contract.md#informer-user). */
export function providerInformers(informers: SharedInformers): ProviderInformers {
  return {
    get nodes() {
      return readOnly(informers.nodes);
    },
    get services() {
      return readOnly(informers.services);
    },
    get endpointSlices() {
      return readOnly(informers.endpointSlices);
    },
  };
}

function readOnly<T>(informer: Informer<T>): ProviderInformer<T> {
  return {
    get: (key) => informer.store.get(key),
    list: () => informer.store.list(),
    get hasSynced() {
      return informer.hasSynced;
    },
  };
}
