import type { HandlerScope } from '@k8s-ccm/controller-runtime';
import type { SharedInformers } from './shared-informers.ts';

/** Returns the shared informers for one start of a controller. Its handlers are removed when the scope ends. */
export function scopedInformers(informers: SharedInformers, scope: HandlerScope): SharedInformers {
  return {
    get services() {
      return scope.of(informers.services);
    },
    get nodes() {
      return scope.of(informers.nodes);
    },
    get endpointSlices() {
      return scope.of(informers.endpointSlices);
    },
    of: (definition) => scope.of(informers.of(definition)),
  };
}
