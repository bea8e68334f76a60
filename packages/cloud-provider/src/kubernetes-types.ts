// From the models and not from the package's index, whose types of WebSockets need @types/ws.
import type {
  CoreV1Event,
  V1EndpointSlice,
  V1Lease,
  V1LoadBalancerIngress,
  V1LoadBalancerStatus,
  V1Node,
  V1NodeAddress,
  V1NodeCondition,
  V1ObjectMeta,
  V1ObjectReference,
  V1OwnerReference,
  V1PortStatus,
  V1Service,
  V1ServicePort,
  V1Taint,
} from '@kubernetes/client-node/dist/gen/models/all.js';

/**
 * A Kubernetes object as it is on the wire, and read-only throughout.
 * client-node's models say `Date` where JSON holds an RFC 3339 string; nothing of ours is
 * deserialized by client-node, so every `Date` becomes `string`.
 */
export type Raw<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Raw<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Raw<T[Key]> }
      : T;

/** Metadata that every object from the API server carries. */
export type ObjectMeta = Raw<V1ObjectMeta>;

/** A reference from a dependent object to its owner. */
export type OwnerReference = Raw<V1OwnerReference>;

/** A reference to another object, as Events carry it. */
export type ObjectReference = Raw<V1ObjectReference>;

/** The part of an object that a key, an event or a log line needs. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/** core/v1 Node. */
export type Node = Raw<V1Node>;
/** One entry of `node.status.addresses`. */
export type NodeAddress = Raw<V1NodeAddress>;
/** One entry of `node.status.conditions`. */
export type NodeCondition = Raw<V1NodeCondition>;
/** One entry of `node.spec.taints`. */
export type Taint = Raw<V1Taint>;

/** core/v1 Service. */
export type Service = Raw<V1Service>;
/** One entry of `service.spec.ports`. */
export type ServicePort = Raw<V1ServicePort>;
/** `service.status.loadBalancer`. */
export type LoadBalancerStatus = Raw<V1LoadBalancerStatus>;
/** One entry of `service.status.loadBalancer.ingress`. */
export type LoadBalancerIngress = Raw<V1LoadBalancerIngress>;
/** One entry of an ingress point's `ports`. */
export type PortStatus = Raw<V1PortStatus>;

/** discovery.k8s.io/v1 EndpointSlice. */
export type EndpointSlice = Raw<V1EndpointSlice>;
/** coordination.k8s.io/v1 Lease. */
export type Lease = Raw<V1Lease>;
/** core/v1 Event. */
export type Event = Raw<CoreV1Event>;
