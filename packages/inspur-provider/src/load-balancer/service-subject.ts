import { CloudProviderError } from '@k8s-ccm/cloud-provider';
import type { Service, ServiceCallOptions } from '@k8s-ccm/cloud-provider';
import type { CallOptions } from '@k8s-ccm/inspur-sdk';

import { serviceOptions } from '../service-options.ts';
import type { SlbReference } from './load-balancer-errors.ts';

/** One Service in one call of the load balancer. */
export interface ServiceSubject {
  readonly service: Service;
  readonly uid: string;
  /** The SLB that the Service names; its id is empty if it names none, or by an id that is not valid. */
  readonly named: SlbReference;
  /** SLBs that the user gave up. */
  readonly abandoned: readonly string[];
  readonly call: CallOptions & { readonly signal: AbortSignal };
  readonly options: ServiceCallOptions;
}

/** Reads what a call about a Service needs, whatever its other annotations hold. */
export function subjectOf(service: Service, options: ServiceCallOptions): ServiceSubject {
  return {
    service,
    uid: service.metadata?.uid ?? '',
    named: slbReferenceOf(service),
    abandoned: readOne(service, 'abandon')?.value ?? [],
    call: { signal: options.signal, lane: 'load-balancer' },
    options,
  };
}

/** Whether a Service names an SLB, be it by an id that is not valid: that must be reported. */
export function namesSlb(service: Service): boolean {
  return readOne(service, 'slbId')?.value !== '';
}

/** Returns the SLB that a Service names. */
export function slbReferenceOf(service: Service): SlbReference {
  const { key, value = '' } = readOne(service, 'slbId') ?? {};
  return { slbId: value, annotation: key };
}

/** Reads one annotation; `undefined` if its value is not valid. */
function readOne<Name extends 'slbId' | 'abandon'>(service: Service, name: Name) {
  try {
    return serviceOptions.parseOne(name, service.metadata?.annotations);
  } catch (error) {
    if (error instanceof CloudProviderError) return undefined;
    throw error;
  }
}
