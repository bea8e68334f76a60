import { NotImplementedError } from '@k8s-ccm/cloud-provider';
import type { Instances, LoadBalancer, Routes } from '@k8s-ccm/cloud-provider';

/** A part of the provider in use. */
export interface PartInUse<P> {
  /** Returns the current part, for synchronous calls. */
  now(): P;
  /** Runs work with the current part. The provider is not closed before the work has ended. */
  call<T>(work: (part: P) => Promise<T>): Promise<T>;
}

/** Returns the load balancers of the provider in use, with the optional members of `first`. */
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

/** Returns the instances of the provider in use, with the optional members of `first`. */
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

/** Returns the routes of the provider in use. */
export function forwardRoutes(part: PartInUse<Routes>): Routes {
  return {
    list: (clusterName, options) => part.call((now) => now.list(clusterName, options)),
    create: (clusterName, nameHint, route, options) =>
      part.call((now) => now.create(clusterName, nameHint, route, options)),
    delete: (clusterName, route, options) =>
      part.call((now) => now.delete(clusterName, route, options)),
  };
}

/** Unreachable in practice, because a provider without the member does not replace one with it. */
function missing(member: string): never {
  throw new NotImplementedError(`the provider in use no longer has ${member}`);
}
