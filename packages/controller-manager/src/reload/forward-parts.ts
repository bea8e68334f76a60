import { NotImplementedError } from '@k8s-ccm/cloud-provider';
import type { Instances, LoadBalancer, Routes } from '@k8s-ccm/cloud-provider';

/** A part of whichever provider is in use. */
export interface PartInUse<P> {
  /** The part as it is now, for what answers at once. */
  now(): P;
  /** Does some work with the part as it is now, which is not closed before the work has ended. */
  call<T>(work: (part: P) => Promise<T>): Promise<T>;
}

/** Load balancers of the provider in use, with the optional members that `first` has. */
export function forwardLoadBalancer(
  first: LoadBalancer,
  part: PartInUse<LoadBalancer>,
): LoadBalancer {
  return {
    claims: (service) => part.now().claims?.(service) ?? true,
    get: (input, options) => part.call((now) => now.get(input, options)),
    getName: (clusterName, service) => part.now().getName(clusterName, service),
    ensure: (input, options) => part.call((now) => now.ensure(input, options)),
    update: (input, options) => part.call((now) => now.update(input, options)),
    ensureDeleted: (input, options) => part.call((now) => now.ensureDeleted(input, options)),
    ...(first.hostKey && { hostKey: (node) => part.now().hostKey?.(node) ?? missing('hostKey') }),
    ...(first.plan && {
      plan: (input, options) =>
        part.call(async (now) => now.plan?.(input, options) ?? missing('plan')),
    }),
  };
}

/** Instances of the provider in use, with the optional members that `first` has. */
export function forwardInstances(first: Instances, part: PartInUse<Instances>): Instances {
  return {
    exists: (node, options) => part.call((now) => now.exists(node, options)),
    isShutdown: (node, options) => part.call((now) => now.isShutdown(node, options)),
    metadata: (node, options) => part.call((now) => now.metadata(node, options)),
    get providerIDOptional() {
      return part.now().providerIDOptional ?? false;
    },
    ...(first.addresses && {
      addresses: (node, options) =>
        part.call(async (now) => now.addresses?.(node, options) ?? missing('addresses')),
    }),
    ...(first.survey && {
      survey: (nodes, options) =>
        part.call(async (now) => now.survey?.(nodes, options) ?? missing('survey')),
    }),
    ...(first.confirmAccess && {
      confirmAccess: (options) =>
        part.call(async (now) => now.confirmAccess?.(options) ?? missing('confirmAccess')),
    }),
  };
}

/** Routes of the provider in use. */
export function forwardRoutes(part: PartInUse<Routes>): Routes {
  return {
    list: (clusterName, options) => part.call((now) => now.list(clusterName, options)),
    create: (clusterName, nameHint, route, options) =>
      part.call((now) => now.create(clusterName, nameHint, route, options)),
    delete: (clusterName, route, options) =>
      part.call((now) => now.delete(clusterName, route, options)),
  };
}

/** A provider without it is not put in use after one with it, so nobody should come here. */
function missing(member: string): never {
  throw new NotImplementedError(`the provider in use has no ${member} any more`);
}
