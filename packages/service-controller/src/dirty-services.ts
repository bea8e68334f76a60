/**
 * Why a Service must be looked at: it changed itself (or its last try failed), or only the set
 * of nodes did.
 */
export type DirtyReason = 'service' | 'hosts';

/**
 * What each queued Service key is queued for. The queue says that a key must be worked on and
 * keeps one key from two workers; this says why, and a change of the Service includes one of the
 * hosts. There is one way in for both, so an old node list never overwrites a newer one.
 */
export class DirtyServices {
  readonly #reasons = new Map<string, DirtyReason>();

  /** Marks a key; true where the mark is news. */
  mark(key: string, reason: DirtyReason): boolean {
    const known = this.#reasons.get(key);
    if (known === reason || known === 'service') return false;
    this.#reasons.set(key, reason);
    return true;
  }

  /** The reason, which is thereby no longer outstanding; `undefined` where the key is clean. */
  take(key: string): DirtyReason | undefined {
    const reason = this.#reasons.get(key);
    this.#reasons.delete(key);
    return reason;
  }
}
