import type { Service } from '@k8s-ccm/cloud-provider';
import { trimMetadata } from './trim-metadata.ts';

/**
 * A Service for a cache: everything but `managedFields` and kubectl's copy.
 * Spec and status stay whole: their ports, policies and conditions are what a load balancer is made of.
 */
export function trimService(service: Service): Service {
  return service.metadata === undefined
    ? service
    : { ...service, metadata: trimMetadata(service.metadata) };
}
