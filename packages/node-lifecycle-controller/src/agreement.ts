import type { InstanceState } from '@k8s-ccm/cloud-provider';
import type { Span, Witness } from './decide.ts';

/** What one look at the cloud says of one Node's server. */
export interface Look {
  /** `unanswered` where the look failed. */
  readonly server: InstanceState | 'unanswered';
  /** False also where the look failed. */
  readonly complete: boolean;
  /** When its read began, on the monotonic clock. */
  readonly readAt: number;
  /** The same by the time of day; `undefined` where that is not between question and answer. */
  readonly startedAt: number | undefined;
  readonly witness: Witness;
}

interface Rounds {
  readonly rounds: number;
  readonly since: number;
  readonly latest: number;
}

/** Rounds on end that agree that a server is absent. */
export interface Agreement {
  readonly all: Rounds;
  /** Those on end, up to the last one, that had a witness. */
  readonly witnessed: Rounds | undefined;
}

/** Whether the read began when the Node existed already. */
export function isReadAfter({ startedAt }: Look, createdBy: number | undefined): boolean {
  return startedAt !== undefined && createdBy !== undefined && startedAt >= createdBy;
}

/**
 * The agreement after one more look; `undefined` where the look does not speak for absence, which
 * takes the earlier ones away too (see the doc of `decide`).
 *
 * @param createdBy when the Node surely existed, in epoch milliseconds
 */
export function agree(
  before: Agreement | undefined,
  look: Look,
  createdBy: number | undefined,
): Agreement | undefined {
  if (look.server !== 'absent' || !look.complete || look.witness === 'not-shown') return undefined;
  if (!isReadAfter(look, createdBy)) return undefined;
  return {
    all: extend(before?.all, look.readAt),
    witnessed: look.witness === 'shown' ? extend(before?.witnessed, look.readAt) : undefined,
  };
}

/** How long rounds have agreed. */
export function spanOf(rounds: Rounds | undefined): Span | undefined {
  return rounds && { rounds: rounds.rounds, ms: rounds.latest - rounds.since };
}

function extend(before: Rounds | undefined, readAt: number): Rounds {
  if (before === undefined) return { rounds: 1, since: readAt, latest: readAt };
  return { rounds: before.rounds + 1, since: before.since, latest: readAt };
}
