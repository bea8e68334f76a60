import type { InstanceState } from '@k8s-ccm/cloud-provider';

/** `strict` deletes on proof only; `none` deletes at once on the cloud's word, as upstream. */
export type DeletionProof = 'strict' | 'none';

/** What the rules of {@link decide} are set to. */
export interface DeletionRules {
  /** `--node-deletion-proof`. */
  readonly proof: DeletionProof;
  /** `--node-monitor-period`: how far apart two rounds are at least, in milliseconds. */
  readonly monitorPeriodMs: number;
  /** `--node-deletion-grace`: how long a new Node is not deleted, in milliseconds. */
  readonly graceMs: number;
}

/** How long the answers must agree where no living server can vouch for them, in milliseconds. */
export const unwitnessedAgreementMs = 600_000;

/** Who vouches for an answer that lacks a server. */
export type Witness =
  /** The same answer shows the server of a Ready Node. */
  | 'shown'
  /** There are Ready Nodes, and the answer shows no server of those asked for. */
  | 'not-shown'
  /** The cluster has no Ready Node. */
  | 'none-ready'
  /** The provider tells of one server at a time (it has no `survey`). */
  | 'none-possible';

/** Whether the cloud was found to answer for the account at all. */
export type Access =
  | 'confirmed'
  | 'refused'
  /** The provider has no way to tell. */
  | 'impossible';

/** Rounds on end that agree. */
export interface Span {
  /** At least 1. */
  readonly rounds: number;
  /** From the beginning of the first round's read to that of the last one's, in milliseconds. */
  readonly ms: number;
}

/** All that is known for and against the deletion of one Node. What is absent is not known, and speaks for the Node. */
export interface Evidence {
  /** The condition Ready is True. */
  readonly ready: boolean;
  /** What this round's answer says of the Node's server; `unanswered` where there was an error instead. */
  readonly server: InstanceState | 'unanswered';
  /** The annotation that keeps a Node is set. */
  readonly keptByUser: boolean;
  /** The Node is being deleted already. */
  readonly beingDeleted: boolean;
  /** Since the Node was created, in milliseconds. */
  readonly ageMs?: number | undefined;
  /** The answer shows all that the cloud has of what was asked. */
  readonly complete?: boolean | undefined;
  /** The answer's read began after the Node was created, and after it was asked for. */
  readonly readAfterCreation?: boolean | undefined;
  readonly witness?: Witness | undefined;
  /** Rounds up to this one in which all that was to be had spoke for absence; see `Agreement`. */
  readonly agreed?: Span | undefined;
  /** Those of them on end, up to this one, whose answers had a witness. */
  readonly witnessed?: Span | undefined;
  /** How many Nodes may still be deleted now. */
  readonly budgetLeft?: number | undefined;
  /** Asked for only where nothing else is missing. */
  readonly access?: Access | undefined;
}

/** Why a Node stays as it is. */
export type KeepReason =
  'ready' | 'server-present' | 'kept-by-user' | 'being-deleted' | 'new-node' | 'unanswered';

/** Why a Node whose server may be gone stays, for now. `second-round` and `early-read` pass by themselves; the others are told by an event. */
export type QuarantineReason = 'second-round' | 'early-read' | BlockedReason;

/** Why the deletion of a Node is blocked; a value of the metric's label `reason`. */
export type BlockedReason =
  'unanswered' | 'incomplete' | 'ambiguous' | 'no-witness' | 'agreement' | 'budget' | 'access';

/** What is to be done about one Node, and why. */
export type Decision =
  | { readonly action: 'keep'; readonly why: KeepReason }
  | { readonly action: 'taint'; readonly why: 'stopped' }
  | { readonly action: 'quarantine'; readonly why: QuarantineReason }
  | { readonly action: 'delete'; readonly why: 'upstream' | 'witnessed' | 'unwitnessed' };

/**
 * Decides about one Node. Pure; the first line that fits counts, from above.
 *
 * | line | given | decision | why |
 * | --- | --- | --- | --- |
 * | 1 | the Node is Ready | keep | `ready` |
 * | 2 | the server is stopped | taint | `stopped` |
 * | 3 | the server is there | keep | `server-present` |
 * | 4 | the user's annotation is set | keep | `kept-by-user` |
 * | 5 | proof `none`: the server is absent | delete | `upstream` |
 * | 6 | proof `none`: the cloud did not say | keep | `unanswered` |
 * | 7 | the Node is being deleted | keep | `being-deleted` |
 * | 8 | the Node is younger than the grace, or its age is not known | keep | `new-node` |
 * | 9 | the look failed | quarantine, blocked | `unanswered` |
 * | 10 | the look says nothing of this server (two fit, or it was not asked for) | quarantine, blocked | `ambiguous` |
 * | 11 | the answer is incomplete | quarantine, blocked | `incomplete` |
 * | 12 | the read began before the Node was created or before it was asked for | quarantine | `early-read` |
 * | 13 | the answer shows no Ready Node's server though there are Ready Nodes | quarantine, blocked | `no-witness` |
 * | 14 | witnessed, but not by two rounds that are a monitor period apart | quarantine | `second-round` |
 * | 15 | no witness to be had, and fewer than two rounds or ten minutes agree | quarantine, blocked | `agreement` |
 * | 16 | the budget is used up | quarantine, blocked | `budget` |
 * | 17 | no witness to be had, and access to the account is not confirmed | quarantine, blocked | `access` |
 * | 18 | witnessed | delete | `witnessed` |
 * | 19 | no witness to be had | delete | `unwitnessed` |
 *
 * "No witness to be had" is a cluster without any Ready Node, and a provider without `survey`, whose
 * answers hold one server each: ten minutes of agreement and a confirmed access stand in for it.
 *
 * Rounds agree only on end. Each of these takes the earlier rounds away, so that proof starts over:
 * an error, an incomplete answer, an answer that says nothing of the server, one that shows it, one
 * whose read began too early, one that has no witness though there are Ready Nodes (lines 2, 3 and 9
 * to 13), the Node being Ready, and another Node of the same name. The budget and the grace take
 * nothing away. A round in which no witness was to be had takes the witnessed ones away, since line
 * 14 asks for two on end, but goes on with the agreement of line 15.
 */
export function decide(evidence: Evidence, rules: DeletionRules): Decision {
  const { server } = evidence;
  if (evidence.ready) return { action: 'keep', why: 'ready' };
  if (server === 'stopped') return { action: 'taint', why: 'stopped' };
  if (server === 'running') return { action: 'keep', why: 'server-present' };
  if (evidence.keptByUser) return { action: 'keep', why: 'kept-by-user' };
  if (rules.proof === 'none') {
    if (server === 'absent') return { action: 'delete', why: 'upstream' };
    return { action: 'keep', why: 'unanswered' };
  }
  if (evidence.beingDeleted) return { action: 'keep', why: 'being-deleted' };
  if (!atLeast(evidence.ageMs, rules.graceMs)) return { action: 'keep', why: 'new-node' };
  if (server === 'unanswered') return { action: 'quarantine', why: 'unanswered' };
  if (server === 'unknown') return { action: 'quarantine', why: 'ambiguous' };
  return decideAbsent(evidence, rules);
}

/** Whether the decision is one that users are told of: the Node stays though its server may be gone. */
export function isBlocked(
  decision: Decision,
): decision is { readonly action: 'quarantine'; readonly why: BlockedReason } {
  return (
    decision.action === 'quarantine' &&
    decision.why !== 'second-round' &&
    decision.why !== 'early-read'
  );
}

function decideAbsent(evidence: Evidence, { monitorPeriodMs }: DeletionRules): Decision {
  const { witness, agreed, witnessed } = evidence;
  if (evidence.complete !== true) return { action: 'quarantine', why: 'incomplete' };
  if (evidence.readAfterCreation !== true) return { action: 'quarantine', why: 'early-read' };
  if (witness === undefined || witness === 'not-shown') {
    return { action: 'quarantine', why: 'no-witness' };
  }
  if (witness === 'shown') {
    if (!isProof(witnessed, monitorPeriodMs)) return { action: 'quarantine', why: 'second-round' };
  } else if (!isProof(agreed, unwitnessedAgreementMs)) {
    return { action: 'quarantine', why: 'agreement' };
  }
  if (!atLeast(evidence.budgetLeft, 1)) return { action: 'quarantine', why: 'budget' };
  if (witness === 'shown') return { action: 'delete', why: 'witnessed' };
  if (evidence.access !== 'confirmed') return { action: 'quarantine', why: 'access' };
  return { action: 'delete', why: 'unwitnessed' };
}

/** Two rounds at least, however short the time that is asked for. */
function isProof(span: Span | undefined, ms: number): boolean {
  return span !== undefined && span.rounds >= 2 && span.ms >= ms;
}

/** Written this way round, so that what is not known, and NaN, is not enough. */
function atLeast(value: number | undefined, least: number): boolean {
  return value !== undefined && value >= least;
}
