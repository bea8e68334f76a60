import { choiceFlag, durationFlag, intFlag, stringFlag } from '@k8s-ccm/component-config';
import type { Flag, FlagTable } from '@k8s-ccm/component-config';

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

const nodeDeletionBudget: Flag<string> = {
  ...stringFlag({
    default: '10%',
    section: 'cloud-node-lifecycle-controller',
    doc: 'Nodes that may be deleted in ten minutes, where deletions need proof: a number such as 3, or a share of all nodes such as 10%, which is at least one node.',
  }),
  allowed: 'a number of nodes above 0, such as 3, or a share of them up to 100%, such as 10%',
  parse: (text) => (/^(?=.*[1-9])(?:\d+|\d\d?(?:\.\d+)?%|100%)$/.test(text) ? text : undefined),
};

/** The flags of single controllers, each in the section that is named after its controller. */
export const controllerFlags = {
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
    doc: 'Nodes whose addresses are asked for and written at the same time; 0 asks for all in the same moment, and writes as many as --concurrent-node-syncs.',
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
  'node-deletion-budget': nodeDeletionBudget,
  'concurrent-service-syncs': intFlag({
    default: defaultConcurrentServiceSyncs,
    min: 1,
    section: 'service-lb-controller',
    doc: 'Services that are worked on at the same time.',
  }),
} as const satisfies FlagTable;
