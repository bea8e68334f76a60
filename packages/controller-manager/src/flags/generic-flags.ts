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
 * Requests per second to the API server and client; 0 leaves the limit to the API server's own
 * priority and fairness, which knows its load. Upstream has 20.
 */
export const defaultKubeApiQps = 0;

/** The flags of the section "generic" (contract.md#flags), but for those of leader election. */
export const genericFlags = {
  'allocate-node-cidrs': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Give every node a CIDR for its pods.',
    noEffect: 'none of the built-in controllers allocates CIDRs',
  }),
  'allow-untagged-cloud': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Start also where the cloud cannot tell the resources of this cluster from those of another one.',
  }),
  'cidr-allocator-type': stringFlag({
    default: 'RangeAllocator',
    section: 'generic',
    doc: 'How CIDRs are given to nodes.',
    noEffect: 'none of the built-in controllers allocates CIDRs',
  }),
  'cloud-config': stringFlag({
    default: '',
    section: 'generic',
    doc: 'Path of the configuration file of the cloud provider.',
  }),
  'cloud-provider': stringFlag({
    default: '',
    section: 'generic',
    doc: 'Name of the cloud provider. Required.',
  }),
  'cluster-cidr': stringFlag({
    default: '',
    section: 'generic',
    doc: 'CIDR of all pods, or two of them between a comma for both families of addresses. Only routes within are touched.',
  }),
  'cluster-name': stringFlag({
    default: DefaultClusterName,
    section: 'generic',
    doc: 'Name of the cluster, given to the cloud with load balancers and routes.',
  }),
  'configure-cloud-routes': boolFlag({
    default: true,
    section: 'generic',
    doc: 'Keep a route in the cloud for the pods of every node.',
  }),
  'controller-start-interval': durationFlag({
    default: 0,
    range: 'any',
    section: 'generic',
    doc: 'Pause between the starts of two controllers. There is none if it is 0 or negative.',
  }),
  controllers: listFlag({
    default: ['*'],
    section: 'generic',
    doc: 'Controllers to run: "*" is all that are on by default, "foo" is the controller foo, "-foo" is all but foo. The first word for a controller decides.',
  }),
  'external-cloud-volume-plugin': stringFlag({
    default: '',
    section: 'generic',
    doc: 'Plugin to use for volumes.',
    noEffect: 'none of the built-in controllers works on volumes',
  }),
  'feature-gates': featureGatesFlag({
    section: 'generic',
    doc: 'Features to turn on or off, as Name=true,Other=false; AllAlpha and AllBeta mean all of their stage.',
  }),
  'kube-api-burst': intFlag({
    default: 30,
    section: 'generic',
    doc: 'Requests that each client may send to the API server at once, if --kube-api-qps limits them. 0 means 10, as in client-go.',
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
    doc: 'Requests per second that each client may send to the API server. There is no limit if it is 0 or negative.',
  }),
  'min-resync-period': durationFlag({
    default: 43_200_000,
    range: 'or-zero',
    section: 'generic',
    doc: 'Least time after which controllers are given every object again, changed or not; at most twice as long. 0 means never.',
  }),
  'node-monitor-period': durationFlag({
    default: 5000,
    section: 'generic',
    doc: 'Time between two looks at the servers of nodes that are not ready.',
  }),
  'node-sync-period': durationFlag({
    default: 0,
    range: 'any',
    section: 'generic',
    doc: 'Deprecated. Time between two updates of all nodes.',
    noEffect:
      'it is deprecated; nodes are updated as they change, and by --node-status-update-frequency',
  }),
  'route-reconciliation-period': durationFlag({
    default: 10_000,
    section: 'generic',
    doc: 'Time between two looks at the routes in the cloud.',
  }),
  'use-service-account-credentials': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Let every controller work under a service account of its own.',
  }),
} as const satisfies FlagTable;
