import type { Node } from '@k8s-ccm/cloud-provider';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { agree } from './agreement.ts';
import type { Agreement, Look } from './agreement.ts';
import type { BlockedReason, Decision } from './decide.ts';
import { createdBy } from './node-facts.ts';

/** How often one event about one Node is repeated while it stays true, in milliseconds: as often as its correlation lets through. */
const eventPeriodMs = 300_000;

/** What the rounds so far say of one Node that is not Ready. */
export interface Suspect {
  readonly uid: string;
  readonly look: Look;
  readonly agreement: Agreement | undefined;
}

interface Told {
  decision: string;
  readonly blockedAt: Map<BlockedReason, number>;
}

/** The controller's memory by Node name: evidence of one UID, in this process only. */
export class Suspects {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #suspects = new Map<string, Suspect & { readonly told: Told }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Drops all that is known: the Node is Ready or gone. */
  forget(name: string): void {
    this.#suspects.delete(name);
  }

  /** Adds a look. What was known of another Node of that name is dropped. */
  looked(node: Node, look: Look): void {
    const { name = '', uid = '' } = node.metadata ?? {};
    const before = this.get(node);
    this.#suspects.set(name, {
      uid,
      look,
      agreement: agree(before?.agreement, look, createdBy(node)),
      told: before?.told ?? { decision: '', blockedAt: new Map() },
    });
  }

  /** What is known of this very Node. */
  get(node: Node): (Suspect & { readonly told: Told }) | undefined {
    const { name = '', uid } = node.metadata ?? {};
    const suspect = this.#suspects.get(name);
    return suspect?.uid === uid ? suspect : undefined;
  }

  /** Whether the decision is another one than the last time. */
  isNews(node: Node, { action, why }: Decision): boolean {
    const told = this.get(node)?.told;
    const decision = `${action} ${why}`;
    if (told === undefined || told.decision === decision) return false;
    told.decision = decision;
    return true;
  }

  /** Whether an event is due that says why the deletion is blocked. */
  isEventDue(node: Node, reason: BlockedReason): boolean {
    const blockedAt = this.get(node)?.told.blockedAt;
    const before = blockedAt?.get(reason);
    const now = this.#clock.monotonic();
    if (before !== undefined && now - before < eventPeriodMs) return false;
    blockedAt?.set(reason, now);
    return true;
  }
}
