import { choiceFlag, durationFlag, intFlag, stringFlag } from '@k8s-ccm/component-config';
import type { Flag, FlagTable } from '@k8s-ccm/component-config';

/**
 * Number of Services that are synced concurrently. Upstream's default is 1, with which one slow cloud call
 * delays all Services. Here, the budget of the cloud account limits the calls.
 */
export const defaultConcurrentServiceSyncs = 50;

/**
 * Number of Nodes that are initialized concurrently. Upstream's default is 1. Here, concurrent lookups share
 * calls to the cloud, so many Nodes cost little more than one.
 */
export const defaultConcurrentNodeSyncs = 100;

const nodeDeletionBudget: Flag<string> = {
  ...stringFlag({
    default: '10%',
    section: 'cloud-node-lifecycle-controller',
    doc: 'Maximum number of Nodes to delete in ten minutes if deletions require proof: a number such as 3, or a percentage of all Nodes such as 10%, which allows at least one Node.',
  }),
  allowed: 'a positive number of Nodes such as 3, or a percentage up to 100%, such as 10%',
  parse: (text) => (/^(?=.*[1-9])(?:\d+|\d\d?(?:\.\d+)?%|100%)$/.test(text) ? text : undefined),
};

/** The flags of individual controllers, each in the section of its controller. */
export const controllerFlags = {
  'concurrent-node-syncs': intFlag({
    default: defaultConcurrentNodeSyncs,
    min: 1,
    section: 'cloud-node-controller',
    doc: 'Number of Nodes that are initialized concurrently.',
  }),
  'concurrent-node-status-updates': intFlag({
    default: 0,
    min: 0,
    section: 'cloud-node-controller',
    doc: 'Number of Nodes whose addresses are updated concurrently. If 0, all Nodes are looked up at once, and as many are written concurrently as --concurrent-node-syncs allows.',
  }),
  'node-deletion-proof': choiceFlag({
    default: 'strict',
    words: ['strict', 'none'],
    section: 'cloud-node-lifecycle-controller',
    doc: 'Proof that is required to delete a Node whose server does not exist: "strict" requires several complete and consistent answers of the cloud, "none" trusts its first answer.',
  }),
  'node-deletion-grace': durationFlag({
    default: 120_000,
    section: 'cloud-node-lifecycle-controller',
    doc: 'How long a new Node is not deleted if deletions require proof.',
  }),
  'node-deletion-budget': nodeDeletionBudget,
  'concurrent-service-syncs': intFlag({
    default: defaultConcurrentServiceSyncs,
    min: 1,
    section: 'service-lb-controller',
    doc: 'Number of Services that are synced concurrently.',
  }),
} as const satisfies FlagTable;
