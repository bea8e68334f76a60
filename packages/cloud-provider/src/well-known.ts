/*
 * Strings that the API server, kubelet, cluster-autoscaler, other controllers or users know by
 * heart: byte for byte those of contract.md#names.
 */
import type { Taint } from './kubernetes-types.ts';

/**
 * Key of the taint that kubelet puts on a Node until a cloud controller manager has initialized it.
 * Matched by key alone, whatever its value and effect (contract.md#node-labels).
 */
export const UninitializedTaintKey = 'node.cloudprovider.kubernetes.io/uninitialized';

/** The taint of a Node whose server is stopped; matched by key and effect (contract.md#node-taints). */
export const ShutdownTaint = {
  key: 'node.cloudprovider.kubernetes.io/shutdown',
  effect: 'NoSchedule',
} as const satisfies Taint;

/** Key of the taint by which cluster-autoscaler announces a Node's removal; any value and effect. */
export const ToBeDeletedByAutoscalerTaintKey = 'ToBeDeletedByClusterAutoscaler';

/** The default of `--cluster-name`. Clusters that were not given a name share it. */
export const DefaultClusterName = 'kubernetes';

/** Node annotation in which kubelet keeps its `--node-ip`: one IP or a dual-stack pair. */
export const ProvidedNodeIPAnnotation = 'alpha.kubernetes.io/provided-node-ip';

/**
 * Node annotation, ours: `"true"` keeps the Node even where its server is proven gone. Any value
 * that Go does not read as false keeps it too.
 */
export const KeepNodeAnnotation = 'cloudprovider.k8s-ccm.io/keep-node';

/** Service annotation, older than `spec.loadBalancerSourceRanges`: CIDRs with commas between them. */
export const LoadBalancerSourceRangesAnnotation =
  'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Finalizer that keeps a Service until its load balancer is cleaned up. */
export const LoadBalancerCleanupFinalizer = 'service.kubernetes.io/load-balancer-cleanup';

/** Node label that keeps a Node out of load balancers; read as Go reads a bool (contract.md#service-nodes). */
export const ExcludeFromLoadBalancersLabel =
  'node.kubernetes.io/exclude-from-external-load-balancers';

/** Node label: zone. */
export const ZoneLabel = 'topology.kubernetes.io/zone';
/** Node label: zone, older name; wins over {@link ZoneLabel} (contract.md#node-labels). */
export const ZoneLabelBeta = 'failure-domain.beta.kubernetes.io/zone';
/** Node label: region. */
export const RegionLabel = 'topology.kubernetes.io/region';
/** Node label: region, older name; wins over {@link RegionLabel} (contract.md#node-labels). */
export const RegionLabelBeta = 'failure-domain.beta.kubernetes.io/region';
/** Node label: instance type. */
export const InstanceTypeLabel = 'node.kubernetes.io/instance-type';
/** Node label: instance type, older name; wins over {@link InstanceTypeLabel} (contract.md#node-labels). */
export const InstanceTypeLabelBeta = 'beta.kubernetes.io/instance-type';

/** Node condition that is True while the Node has no route to its pods. */
export const NetworkUnavailableCondition = 'NetworkUnavailable';

/** TCP port on which a cloud controller manager serves health and metrics. */
export const SecurePort = 10258;
/** TCP port on which a cloud controller manager serves webhooks. */
export const WebhookPort = 10260;

/** `--cloud-provider` value by which kubelet leaves the cloud to a cloud controller manager. */
export const ExternalProviderName = 'external';
