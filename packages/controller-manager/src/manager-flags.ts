import { SecurePort } from '@k8s-ccm/cloud-provider';
import {
  boolFlag,
  choiceFlag,
  durationFlag,
  floatFlag,
  intFlag,
  listFlag,
  stringFlag,
} from './flag.ts';
import type { FlagTable, FlagValues } from './flag.ts';

/**
 * Services worked on at once. Upstream has 1, which lets one slow cloud call hold up all Services;
 * the budget of the cloud's account is what limits calls here.
 */
export const defaultConcurrentServiceSyncs = 50;

/**
 * Nodes initialised at once. Upstream has 1; here those that are asked for at the same moment share
 * their calls to the cloud, so that many cost it little more than one.
 */
export const defaultConcurrentNodeSyncs = 100;

/**
 * Requests per second to the API server and client; 0 leaves the limit to the API server's own
 * priority and fairness, which knows its load. Upstream has 20.
 */
export const defaultKubeApiQps = 0;

/** The manager's flags. Names, sections and defaults are upstream's (contract §7.1) unless noted. */
export const managerFlags = {
  'allow-untagged-cloud': boolFlag({
    default: false,
    section: 'generic',
    doc: 'Start also where the cloud cannot tell the resources of this cluster from those of another one.',
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
  'cluster-name': stringFlag({
    default: 'kubernetes',
    section: 'generic',
    doc: 'Name of the cluster, given to the cloud with load balancers and routes.',
  }),
  controllers: listFlag({
    default: ['*'],
    section: 'generic',
    doc: 'Controllers to run: "*" is all that are on by default, "foo" is the controller foo, "-foo" is all but foo. The first word for a controller decides.',
  }),
  'kube-api-burst': intFlag({
    default: 30,
    min: 1,
    section: 'generic',
    doc: 'Requests that each client may send to the API server at once, where --kube-api-qps limits them.',
  }),
  'kube-api-qps': floatFlag({
    default: defaultKubeApiQps,
    min: 0,
    section: 'generic',
    doc: 'Requests per second that each client may send to the API server; 0 is no limit.',
  }),
  'leader-elect': boolFlag({
    default: true,
    section: 'generic',
    doc: 'Work only while holding the lease, so that several replicas can run.',
  }),
  'leader-elect-lease-duration': durationFlag({
    default: 15_000,
    section: 'generic',
    doc: 'How long others wait for a holder that does not renew the lease.',
  }),
  'leader-elect-renew-deadline': durationFlag({
    default: 10_000,
    section: 'generic',
    doc: 'How long the holder tries to renew the lease before it gives up leading. Less than the lease duration.',
  }),
  'leader-elect-resource-name': stringFlag({
    default: 'cloud-controller-manager',
    section: 'generic',
    doc: 'Name of the Lease.',
  }),
  'leader-elect-resource-namespace': stringFlag({
    default: 'kube-system',
    section: 'generic',
    doc: 'Namespace of the Lease.',
  }),
  'leader-elect-retry-period': durationFlag({
    default: 2000,
    section: 'generic',
    doc: 'Time between two tries to get or to renew the lease.',
  }),
  'node-monitor-period': durationFlag({
    default: 5000,
    section: 'generic',
    doc: 'Time between two looks at the servers of nodes that are not ready.',
  }),
  'concurrent-node-syncs': intFlag({
    default: defaultConcurrentNodeSyncs,
    min: 1,
    section: 'cloud-node-controller',
    doc: 'Nodes that are initialised at the same time.',
  }),
  'concurrent-node-status-updates': intFlag({
    default: 0,
    min: 0,
    section: 'cloud-node-controller',
    doc: 'Nodes whose addresses are updated at the same time; 0 is as many as --concurrent-node-syncs.',
  }),
  'node-deletion-proof': choiceFlag({
    default: 'strict',
    words: ['strict', 'none'],
    section: 'cloud-node-lifecycle-controller',
    doc: 'What it takes to delete a node whose server is gone: "strict" is complete answers of the cloud that agree, "none" is its first word.',
  }),
  'node-deletion-grace': durationFlag({
    default: 120_000,
    section: 'cloud-node-lifecycle-controller',
    doc: 'How long a new node is not deleted, where deletions need proof.',
  }),
  'node-deletion-budget': {
    ...stringFlag({
      default: '10%',
      section: 'cloud-node-lifecycle-controller',
      doc: 'Nodes that may be deleted in ten minutes, where deletions need proof: a number such as 3, or a share of all nodes such as 10%, which is at least one node.',
    }),
    allowed: 'a number of nodes above 0, such as 3, or a share of them up to 100%, such as 10%',
    parse: (text) => (/^(?=.*[1-9])(?:\d+|\d\d?(?:\.\d+)?%|100%)$/.test(text) ? text : undefined),
  },
  'concurrent-service-syncs': intFlag({
    default: defaultConcurrentServiceSyncs,
    min: 1,
    section: 'service-lb-controller',
    doc: 'Services that are worked on at the same time.',
  }),
  'bind-address': stringFlag({
    default: '0.0.0.0',
    section: 'secure serving',
    doc: 'IP address on which --secure-port is served.',
  }),
  'secure-port': intFlag({
    default: SecurePort,
    min: 0,
    max: 65_535,
    section: 'secure serving',
    doc: 'Port for HTTPS: /healthz, /livez, /readyz, and /metrics to the loopback address; 0 serves nothing.',
  }),
  kubeconfig: stringFlag({
    default: '',
    section: 'misc',
    doc: 'Path of a kubeconfig file; without it and --master, the service account of the pod.',
  }),
  master: stringFlag({
    default: '',
    section: 'misc',
    doc: 'URL of the API server; goes before the one in the kubeconfig.',
  }),
  'node-status-update-frequency': durationFlag({
    default: 300_000,
    section: 'misc',
    doc: 'Time between two updates of the addresses of all nodes.',
  }),
  help: boolFlag({ default: false, section: 'global', doc: 'Print this and exit.', short: 'h' }),
  'logging-format': choiceFlag({
    default: 'text',
    words: ['text', 'json'],
    section: 'global',
    doc: 'Format of the log on standard error: "text" or "json".',
  }),
  v: intFlag({
    default: 0,
    min: 0,
    section: 'global',
    doc: 'Verbosity of the log: from 4 on, decisions and their reasons too.',
    short: 'v',
  }),
  version: boolFlag({ default: false, section: 'global', doc: 'Print the version and exit.' }),
} as const satisfies FlagTable;

/** The values of {@link managerFlags}. */
export type ManagerFlags = FlagValues<typeof managerFlags>;
