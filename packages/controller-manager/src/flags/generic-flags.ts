import { DefaultClusterName } from '@k8s-ccm/cloud-provider';
import {
  boolFlag,
  durationFlag,
  featureGatesFlag,
  floatFlag,
  intFlag,
  listFlag,
  stringFlag,
} from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/**
 * Requests per second of each client to the API server. 0 leaves limiting to API Priority and Fairness, which
 * knows the load. Upstream's default is 20.
 */
export const defaultKubeApiQps = 0;

/** The flags of the section "generic" (contract.md#flags), except those of leader election. */
export const genericFlags = {
  'allocate-node-cidrs': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Allocate a Pod CIDR to each Node.',
    noEffect: 'no built-in controller allocates CIDRs',
  }),
  'allow-untagged-cloud': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Start even if the cloud provider cannot tell the resources of this cluster from those of other clusters.',
  }),
  'cidr-allocator-type': stringFlag({
    default: 'RangeAllocator',
    section: 'generic',
    doc: 'Type of the allocator for Pod CIDRs.',
    noEffect: 'no built-in controller allocates CIDRs',
  }),
  'cloud-config': stringFlag({
    default: '',
    section: 'generic',
    doc: 'Path of the cloud provider configuration file.',
  }),
  'cloud-provider': stringFlag({
    default: '',
    section: 'generic',
    doc: 'Name of the cloud provider. Required.',
  }),
  'cluster-cidr': stringFlag({
    default: '',
    section: 'generic',
    doc: 'CIDR of all Pods, or one for each address family separated by a comma. Only routes within these CIDRs are managed.',
  }),
  'cluster-name': stringFlag({
    default: DefaultClusterName,
    section: 'generic',
    doc: 'Name of the cluster. The cloud provider uses it to identify load balancers and routes.',
  }),
  'configure-cloud-routes': boolFlag({
    default: true,
    section: 'generic',
    doc: 'Create a route in the cloud for the Pod CIDRs of each Node.',
  }),
  'controller-start-interval': durationFlag({
    default: 0,
    range: 'any',
    section: 'generic',
    doc: 'Interval between starting controllers. Values of 0 or less mean no pause.',
  }),
  controllers: listFlag({
    default: ['*'],
    section: 'generic',
    doc: 'Controllers to run: "*" enables all controllers that are enabled by default, "foo" enables the controller foo, and "-foo" disables it. The first word that applies to a controller decides.',
  }),
  'external-cloud-volume-plugin': stringFlag({
    default: '',
    section: 'generic',
    doc: 'Volume plugin to use.',
    noEffect: 'no built-in controller manages volumes',
  }),
  'feature-gates': featureGatesFlag({
    section: 'generic',
    doc: 'Feature gates to set, as Name=true,Other=false. AllAlpha and AllBeta set all gates of a stage.',
  }),
  'kube-api-burst': intFlag({
    default: 30,
    section: 'generic',
    doc: 'Burst of requests that each client may send to the API server if --kube-api-qps sets a limit. 0 means 10, as in client-go.',
  }),
  'kube-api-content-type': stringFlag({
    default: 'application/vnd.kubernetes.protobuf',
    section: 'generic',
    doc: 'Content type of requests to the API server.',
    noEffect: 'requests to the API server are always JSON',
  }),
  'kube-api-qps': floatFlag({
    default: defaultKubeApiQps,
    section: 'generic',
    doc: 'Requests per second that each client may send to the API server. Values of 0 or less mean no limit.',
  }),
  'min-resync-period': durationFlag({
    default: 43_200_000,
    range: 'or-zero',
    section: 'generic',
    doc: 'Minimum resync period of informers. The actual period is random, up to twice as long. 0 disables resyncs.',
  }),
  'node-monitor-period': durationFlag({
    default: 5000,
    section: 'generic',
    doc: 'Interval between checks of the servers of Nodes that are not ready.',
  }),
  'node-sync-period': durationFlag({
    default: 0,
    range: 'any',
    section: 'generic',
    doc: 'Deprecated. Interval between updates of all Nodes.',
    noEffect:
      'deprecated; Nodes are updated when they change, and every --node-status-update-frequency',
  }),
  'route-reconciliation-period': durationFlag({
    default: 10_000,
    section: 'generic',
    doc: 'Interval between reconciliations of the routes in the cloud.',
  }),
  'use-service-account-credentials': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Use a separate service account for each controller.',
  }),
} as const satisfies FlagTable;
