import type { Event, KubernetesObject, ObjectReference } from '@k8s-ccm/cloud-provider';
import type { EventType } from './event-recorder.ts';

/** Source of events. */
export interface EventSource {
  /** Name of the controller, for example `service-controller`. */
  readonly component: string;
  /** Machine on which the controller runs. Upstream's controllers omit it. */
  readonly host?: string;
}

/** Content of an event. */
export interface EventContent {
  readonly source: EventSource;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

/** A time that is unique among times of the same millisecond. */
export interface EventTime {
  /** Epoch milliseconds. */
  readonly ms: number;
  /** Epoch nanoseconds, unique to each event; used in its name. */
  readonly nanoseconds: bigint;
}

/**
 * Creates a core/v1 Event as client-go does. Returns `undefined` for an object without kind or name, which an event
 * cannot refer to.
 */
export function newEvent(
  object: KubernetesObject,
  content: EventContent,
  time: EventTime,
): Event | undefined {
  const involvedObject = referenceTo(object);
  if (involvedObject === undefined) return undefined;
  const { source, type, reason, message } = content;
  const timestamp = eventTimestamp(time.ms);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName(involvedObject, time),
      // Events about cluster-scoped objects are in `default` (contract.md#event-recorder).
      namespace: involvedObject.namespace ?? 'default',
    },
    involvedObject,
    reason,
    message,
    source,
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    count: 1,
    type,
    reportingComponent: source.component,
    reportingInstance: source.host ?? '',
  };
}

/** Returns `<object>.<hex of the time>`. If that is not a valid name, the kind of the object replaces its name. */
export function eventName(
  { name = '', kind = 'object' }: ObjectReference,
  time: EventTime,
): string {
  const suffix = time.nanoseconds.toString(16);
  const named = `${name}.${suffix}`;
  return named.length <= 253 && subdomain.test(named) ? named : `${kind.toLowerCase()}.${suffix}`;
}

/** Formats a time as RFC 3339 in whole seconds, like `metav1.Time`. */
export function eventTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function referenceTo({
  apiVersion,
  kind,
  metadata,
}: KubernetesObject): ObjectReference | undefined {
  if (kind === undefined || metadata?.name === undefined) return undefined;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    kind,
    name,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}
