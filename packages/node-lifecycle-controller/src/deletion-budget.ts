import type { Node } from '@k8s-ccm/cloud-provider';
import type { Clock, Store } from '@k8s-ccm/controller-runtime';

/** How many Nodes may be deleted in one window: a share of the cluster's Nodes or a number. */
export type DeletionBudgetRule =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'count'; readonly count: number };

/** The length of the budget's sliding window, in milliseconds. */
export const budgetWindowMs = 600_000;

/** The text of `--node-deletion-budget` is none. */
export class DeletionBudgetError extends Error {
  override readonly name = 'DeletionBudgetError';
  readonly code = 'DELETION_BUDGET';
  readonly value: string;

  constructor(value: string) {
    super(
      `invalid node deletion budget ${JSON.stringify(value)}: allowed is a whole number of nodes from 1 on, such as 3, or a share of the nodes above 0% and up to 100%, such as 10%`,
    );
    this.value = value;
  }
}

/**
 * Reads `--node-deletion-budget`: `3`, or `10%` (also `2.5%`).
 *
 * @throws DeletionBudgetError for any other text. Zero is refused, since a share is at least one
 *   Node; a Node is kept by its annotation.
 */
export function parseDeletionBudget(text: string): DeletionBudgetRule {
  const [, digits, percentSign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(digits ?? 'NaN');
  if (percentSign === '%' && value > 0 && value <= 100) return { kind: 'percent', percent: value };
  if (percentSign === '' && Number.isSafeInteger(value) && value >= 1 && !text.includes('.')) {
    return { kind: 'count', count: value };
  }
  throw new DeletionBudgetError(text);
}

/** How many Nodes may be deleted in one window, in a cluster of so many: at least 1. */
export function deletionBudgetLimit(rule: DeletionBudgetRule, nodes: number): number {
  if (rule.kind === 'count') return rule.count;
  return Math.max(1, Math.floor((nodes * rule.percent) / 100));
}

/** What {@link DeletionBudget} works with. */
export interface DeletionBudgetOptions {
  readonly rule: DeletionBudgetRule;
  readonly nodes: Pick<Store<Node>, 'get' | 'size'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface Spent {
  readonly name: string;
  /** When the Node was deleted; `undefined` while that is under way, which no window ends. */
  readonly at: number | undefined;
  /** The end of an earlier try, which may have deleted the Node whatever comes of this one. */
  readonly earlierAt: number | undefined;
}

/**
 * Counts the deletions of the last ten minutes. It is this process's memory: a new leader starts
 * with a full budget, and with no proof either.
 */
export class DeletionBudget {
  readonly #options: DeletionBudgetOptions;
  /** By the Node's UID, so that a deletion that is tried again counts once. */
  readonly #spent = new Map<string, Spent>();

  constructor(options: DeletionBudgetOptions) {
    this.#options = options;
  }

  /** How many further Nodes may be deleted now. A Node with a deletion on the books may be tried again: it counts as one of them. */
  left(uid: string): number {
    const spent = this.#inWindow();
    const others = spent.filter(([other]) => other !== uid).length;
    return Math.max(0, this.#limit(spent) - others);
  }

  /** Takes one out of the budget before a deletion; `settle` or `refund` must follow. */
  reserve(uid: string, name: string): void {
    this.#spent.set(uid, { name, at: undefined, earlierAt: this.#spent.get(uid)?.at });
  }

  /** The deletion was done, or may have been: its window begins now. */
  settle(uid: string): void {
    const spent = this.#spent.get(uid);
    if (spent === undefined) return;
    this.#spent.set(uid, { ...spent, at: this.#options.clock.monotonic() });
  }

  /** This try surely deleted nothing. */
  refund(uid: string): void {
    const spent = this.#spent.get(uid);
    if (spent?.earlierAt === undefined) this.#spent.delete(uid);
    else this.#spent.set(uid, { ...spent, at: spent.earlierAt });
  }

  /** A share is one of the cluster as it was before the deletions; a Node that came back under its name is one. */
  #limit(spent: readonly (readonly [string, Spent])[]): number {
    const { rule, nodes } = this.#options;
    const gone = new Set(
      spent.map(([, { name }]) => name).filter((name) => nodes.get(name) === undefined),
    );
    return deletionBudgetLimit(rule, nodes.size + gone.size);
  }

  #inWindow(): readonly (readonly [string, Spent])[] {
    const now = this.#options.clock.monotonic();
    for (const [uid, { at }] of this.#spent) {
      if (at !== undefined && now - at >= budgetWindowMs) this.#spent.delete(uid);
    }
    return [...this.#spent];
  }
}
