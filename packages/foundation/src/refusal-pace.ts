/** Wait after credentials were renewed until they may be renewed again, in milliseconds; doubles. */
const firstPauseMs = 5_000;
const longestPauseMs = 120_000;

/**
 * Paces the renewal of credentials that are refused. The first refusal renews them at once. While the server refuses the
 * new ones, too, they are renewed after 5 s, 10 s, … 2 min (less up to half by chance), until it accepts some: an issuer
 * is not to blame for a server that accepts nobody.
 */
export class RefusalPace {
  readonly #random: { next(): number };
  #renewals = 0;
  #notBefore = Number.NEGATIVE_INFINITY;

  /** `random` gives numbers from 0 to below 1. */
  constructor(random: { next(): number }) {
    this.#random = random;
  }

  /** Whether credentials that are refused at this monotonic time, in milliseconds, may be renewed; counts the renewal. */
  mayRenew(now: number): boolean {
    if (now < this.#notBefore) return false;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#renewals);
    this.#renewals += 1;
    this.#notBefore = now + pauseMs * (0.5 + this.#random.next() / 2);
    return true;
  }

  /** Says that the server accepted the credentials: the next refusal renews them at once. */
  reset(): void {
    this.#renewals = 0;
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }
}
