import type { Event, KubernetesObject, ObjectReference } from '@k8s-ccm/cloud-provider';
import type { EventType } from './event-recorder.ts';

/** Who reports events. */
export interface EventSource {
  /** Name of the controller, e.g. `service-controller`. */
  readonly component: string;
  /** Machine it runs on. Upstream's controllers leave it out. */
  readonly host?: string;
}

/** What an event says. */
export interface EventContent {
  readonly source: EventSource;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
}

/** A moment, and its place among other moments of the same millisecond. */
export interface EventTime {
  /** Epoch milliseconds. */
  readonly ms: number;
  /** Epoch nanoseconds, different for each event; names are made of it. */
  readonly nanoseconds: bigint;
}

/** A core/v1 Event as client-go makes it, or `undefined` for an object without kind or name, which nothing can refer to. */
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
      // Cluster-scoped objects have their events in `default` (contract.md#event-recorder).
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

/** `<object>.<hex of the time>`; where that is no valid name, the object's kind stands for its name. */
export function eventName(
  { name = '', kind = 'object' }: ObjectReference,
  time: EventTime,
): string {
  const suffix = time.nanoseconds.toString(16);
  const named = `${name}.${suffix}`;
  return named.length <= 253 && subdomain.test(named) ? named : `${kind.toLowerCase()}.${suffix}`;
}

/** RFC 3339 in whole seconds, as `metav1.Time` is written. */
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
