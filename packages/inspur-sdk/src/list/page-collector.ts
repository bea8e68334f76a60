import { rpcPageSize } from '../rpc/rpc-assumed.ts';

/**
 * Collects the keys of the entries in one pass over a list, and determines when the pass has ended and whether it
 * proves that the list is complete. The totals that pages report are an assumption, and entries move to an earlier page
 * if a previous entry is deleted. Therefore, a list without totals is complete only if two passes find the same
 * entries. A total that all pages agree on is trusted: if one entry is deleted and another one created between two
 * reads, this is not detected. Before you delete something because an entry is missing, list again.
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
   * @param previous the pass before this one, if any
   * @param endsByTotal whether the pass ends when the total is reached; if false, only a page without new entries ends
   *   the pass
   */
  constructor(previous: PageCollector | undefined, { endsByTotal = true } = {}) {
    this.#previous = previous;
    this.#endsByTotal = endsByTotal;
  }

  /** Adds the next page: the keys of its entries, and the total number of entries that it reports. */
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
    // An entry on two pages moved between the two reads, and other entries may have moved, too.
    if (this.#pages > 1 && fresh > 0 && fresh < keys.length) this.#isSteady = false;
    // The page after the last one may report a total of 0. If the totals differ, the highest one counts.
    if (total === undefined || keys.length === 0) return;
    this.#isSteady &&= this.#total === undefined || this.#total === total;
    this.#total = Math.max(this.#total ?? 0, total);
  }

  /** Number of pages so far. */
  get pages(): number {
    return this.#pages;
  }

  /** Number of distinct entries so far. */
  get size(): number {
    return this.#keys.size;
  }

  /** Number of pages according to the first page. 1 if the first page does not report a credible total. */
  get expectedPages(): number {
    return this.#isTrueTotal() ? Math.ceil((this.#total ?? 0) / this.#firstCount) : 1;
  }

  /** Whether no further page is needed: the last page contained nothing new, or all entries have been found. */
  get hasEnded(): boolean {
    return this.#broughtNothing || (this.#endsByTotal && this.#hasTotal()) || this.#agrees();
  }

  /** Whether the pages prove that the list is complete. */
  get isComplete(): boolean {
    if (!this.hasEnded || this.size < (this.#total ?? 0)) return false;
    // An empty first page is the whole list in one response.
    if (this.size === 0 || (this.#total !== undefined && this.#isSteady)) return true;
    if (this.#isRepeating) return !isPageSize(this.#firstCount);
    return this.#agrees();
  }

  /**
   * Whether another pass may prove what this pass does not. It never does if the server returns the same page each
   * time.
   */
  get isWorthRepeating(): boolean {
    return this.hasEnded && !this.isComplete && !this.#isRepeating;
  }

  #hasTotal(): boolean {
    if (this.#total === undefined || this.size < this.#total) return false;
    // A full page whose total equals its own size may be one of many pages that count only themselves.
    return this.#lastCount < rpcPageSize || this.#isTrueTotal();
  }

  /** Whether the total exceeds the size of its page. */
  #isTrueTotal(): boolean {
    return this.#firstCount > 0 && (this.#total ?? 0) > this.#firstCount;
  }

  /** Whether the previous pass found the same entries, so that nothing moved while its pages were read. */
  #agrees(): boolean {
    const previous = this.#previous;
    if (previous === undefined || previous.size !== this.size) return false;
    return [...this.#keys].every((key) => previous.#keys.has(key));
  }
}

/**
 * Reports whether a count may be a page size. A server that ignores the paging parameters may truncate its list at its
 * own page size, which is a round number.
 */
function isPageSize(count: number): boolean {
  return count % 10 === 0;
}
