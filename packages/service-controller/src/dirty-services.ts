/** Why the controller must work on a Service. */
export type DirtyReason =
  /** The Service changed, or the last try failed. Includes a change of the nodes. */
  | 'service'
  /** The set of nodes changed. */
  | 'hosts'
  /** Another client changed the status or the finalizer of the Service. */
  | 'status';

/** So much early a timer may fire, in milliseconds. */
const timerSlackMs = 100;

/**
 * The reasons for which each queued Service key is queued. The queue says that a key must be worked
 * on and keeps one key from two workers; this says why.
 */
export class DirtyServices {
  readonly #reasons = new Map<string, ReadonlySet<DirtyReason>>();
  /** When the reason `service` comes into being, in milliseconds of the monotonic clock. */
  readonly #dueAt = new Map<string, number>();

  /** Marks a key. Returns true if that is news. */
  mark(key: string, reason: DirtyReason): boolean {
    const known = this.#reasons.get(key) ?? new Set();
    if (known.has(reason)) return false;
    this.#reasons.set(key, new Set([...known, reason]));
    return true;
  }

  /** Marks a key for the reason `service` from a time on, or from the one before if that is earlier. */
  markFrom(key: string, dueAt: number): void {
    this.#dueAt.set(key, Math.min(dueAt, this.#dueAt.get(key) ?? Infinity));
  }

  /** Makes what is due from a time on due now. */
  hasten(key: string): void {
    if (this.#dueAt.delete(key)) this.mark(key, 'service');
  }

  /** The reasons, which are then no longer outstanding. Empty for a key that is clean. */
  take(key: string, now: number): ReadonlySet<DirtyReason> {
    const dueAt = this.#dueAt.get(key) ?? Infinity;
    if (dueAt <= now + timerSlackMs) this.mark(key, 'service');
    const reasons = this.#reasons.get(key) ?? new Set();
    this.#reasons.delete(key);
    // A sync asks for another one if it needs that.
    if (reasons.has('service')) this.#dueAt.delete(key);
    return reasons;
  }
}
