import { rpcPageSize } from '../rpc/rpc-assumed.ts';

/**
 * Counts the pages of one pass over a list by the keys of their entries, and tells when the pass is over and whether it
 * proves that nothing is missing. What a page says about the other pages is an assumed fact, and entries move to an
 * earlier page when one before them goes, so a list without totals is whole only if two passes find the same. A total
 * that all pages agree on is believed: that one entry goes and another comes between two reads is not noticed, so who
 * deletes because an entry is missing has to look twice.
 */
export class PageCollector {
  readonly #keys = new Set<string>();
  readonly #previous: PageCollector | undefined;
  readonly #endsByTotal: boolean;
  #pages = 0;
  #firstCount = 0;
  #lastCount = 0;
  #total: number | undefined;
  #isSteady = true;
  #isRepeating = false;
  #broughtNothing = false;

  /**
   * @param previous the pass before this one, if there is one
   * @param endsByTotal whether no page is read after the total is reached; without it, only a page that brings nothing
   *   new ends the pass
   */
  constructor(previous: PageCollector | undefined, { endsByTotal = true } = {}) {
    this.#previous = previous;
    this.#endsByTotal = endsByTotal;
  }

  /** Adds the next page: the keys of its entries, and how many entries all pages have according to it. */
  add(keys: readonly string[], total: number | undefined): void {
    const before = this.#keys.size;
    for (const key of keys) this.#keys.add(key);
    const fresh = this.#keys.size - before;
    this.#pages += 1;
    this.#lastCount = keys.length;
    if (this.#pages === 1) this.#firstCount = keys.length;
    this.#broughtNothing = fresh === 0;
    this.#isRepeating ||=
      this.#pages === 2 && fresh === 0 && keys.length > 0 && keys.length === this.#firstCount;
    // An entry that is on two pages has moved between the two reads, and others may have, too.
    if (this.#pages > 1 && fresh > 0 && fresh < keys.length) this.#isSteady = false;
    // The page after the last may say that there are none. If the totals differ, the highest counts.
    if (total === undefined || keys.length === 0) return;
    this.#isSteady &&= this.#total === undefined || this.#total === total;
    this.#total = Math.max(this.#total ?? 0, total);
  }

  /** Pages so far. */
  get pages(): number {
    return this.#pages;
  }

  /** Different entries so far. */
  get size(): number {
    return this.#keys.size;
  }

  /** How many pages there are according to the first one. 1 if it does not say, or cannot be trusted. */
  get expectedPages(): number {
    return this.#isTrueTotal() ? Math.ceil((this.#total ?? 0) / this.#firstCount) : 1;
  }

  /** Whether no further page is needed: the last one brought nothing new, or everything is there. */
  get hasEnded(): boolean {
    return this.#broughtNothing || (this.#endsByTotal && this.#hasTotal()) || this.#agrees();
  }

  /** Whether the pages prove that nothing is missing. */
  get isComplete(): boolean {
    if (!this.hasEnded || this.size < (this.#total ?? 0)) return false;
    // An empty first page is the whole list in one answer.
    if (this.size === 0 || (this.#total !== undefined && this.#isSteady)) return true;
    if (this.#isRepeating) return !isPageSize(this.#firstCount);
    return this.#agrees();
  }

  /** Whether another pass may prove what this one does not. A server that gives the same page each time never does. */
  get isWorthRepeating(): boolean {
    return this.hasEnded && !this.isComplete && !this.#isRepeating;
  }

  #hasTotal(): boolean {
    if (this.#total === undefined || this.size < this.#total) return false;
    // A full page whose total is its own size may be one of many that count only themselves.
    return this.#lastCount < rpcPageSize || this.#isTrueTotal();
  }

  /** Whether the total counts more than its own page. */
  #isTrueTotal(): boolean {
    return this.#firstCount > 0 && (this.#total ?? 0) > this.#firstCount;
  }

  /** Whether the pass before found the same, so that nothing moved while the pages of that one were read. */
  #agrees(): boolean {
    const previous = this.#previous;
    if (previous === undefined || previous.size !== this.size) return false;
    return [...this.#keys].every((key) => previous.#keys.has(key));
  }
}

/** A server that does not know our paging may cut its list at a page size of its own, which is a round number. */
function isPageSize(count: number): boolean {
  return count % 10 === 0;
}
