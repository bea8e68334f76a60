/** Why the controller must work on a Service. */
export type DirtyReason =
  /** The Service changed, or the last try failed. Includes a change of the nodes. */
  | 'service'
  /** The set of nodes changed. */
  | 'hosts'
  /** Another client changed the status or the finalizer of the Service. */
  | 'status';

/**
 * The reasons for which each queued Service key is queued. The queue says that a key must be worked
 * on and keeps one key from two workers; this says why.
 */
export class DirtyServices {
  readonly #reasons = new Map<string, ReadonlySet<DirtyReason>>();

  /** Marks a key. Returns true if that is news. */
  mark(key: string, reason: DirtyReason): boolean {
    const known = this.#reasons.get(key) ?? new Set();
    if (known.has(reason)) return false;
    this.#reasons.set(key, new Set([...known, reason]));
    return true;
  }

  /** The reasons, which are then no longer outstanding. Empty for a key that is clean. */
  take(key: string): ReadonlySet<DirtyReason> {
    const reasons = this.#reasons.get(key) ?? new Set();
    this.#reasons.delete(key);
    return reasons;
  }
}
