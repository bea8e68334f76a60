import type { BlockedReason } from './decide.ts';

/** The evidence in words and what to do about it, by situation: constant, so that repeats are counted as one event. */
const situations: Readonly<Record<BlockedReason, string>> = {
  unanswered:
    'the cloud could not be asked whether its server exists. Check the cloud and the permissions of its account',
  incomplete:
    'its server is missing from an incomplete answer of the cloud. Check the cloud and the permissions of its account',
  ambiguous:
    'it is unclear which server it is, or whether that server exists. Check that the node has a provider ID, or that exactly one server fits the node',
  'no-witness':
    "its server is missing from the cloud's answer, but so is the server of every Ready node that was asked for, so the answer proves nothing. Check the permissions of the cloud account",
  agreement:
    "its server is missing from the cloud's answer, but there is no server of a Ready node in it that shows that the cloud answers for this cluster. The answers must agree for ten minutes",
  budget:
    'its server is gone, but so many nodes were deleted in the last ten minutes that the budget (--node-deletion-budget) is used up. If the servers were deleted on purpose, wait, or delete the node by hand',
  access:
    "its server is missing from the cloud's answers for ten minutes, but it could not be confirmed that the cloud answers for this account. Check the permissions of the cloud account, or delete the node by hand",
};

/** The message of the event `NodeDeletionBlocked`. */
export function blockedMessage(nodeName: string, reason: BlockedReason): string {
  return `Node ${nodeName} is kept: it is not Ready and ${situations[reason]}`;
}
