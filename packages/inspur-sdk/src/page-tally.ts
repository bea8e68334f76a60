import { rpcPageSize } from './rpc-assumed.ts';

/**
 * Counts the pages of one list, and tells by what they say whether it is whole. What stands on a page about the others is
 * an assumed fact, so that nothing is missing on its word alone.
 */
export class PageTally {
  #pages = 0;
  #firstCount = 0;
  #lastCount = 0;
  #total: number | undefined;
  #isSteady = true;

  /** Counts the next page: its entries, and how many there are on all pages by its word. */
  add(count: number, total: number | undefined): void {
    this.#pages += 1;
    this.#lastCount = count;
    if (this.#pages === 1) this.#firstCount = count;
    // The page behind the last may say that there are none. Of what goes and comes meanwhile, the most counts.
    if (total === undefined || count === 0) return;
    this.#isSteady &&= this.#total === undefined || this.#total === total;
    this.#total = Math.max(this.#total ?? 0, total);
  }

  /** Pages so far. */
  get pages(): number {
    return this.#pages;
  }

  /** Entries on all pages by their word; 0 where they say none. */
  get total(): number {
    return this.#total ?? 0;
  }

  /** False where pages contradict each other about the total. */
  get isSteady(): boolean {
    return this.#isSteady;
  }

  /** How many pages there are by the first one's word. 1 where it has none, or none to be trusted. */
  get expectedPages(): number {
    return this.#isTrueTotal() ? Math.ceil(this.total / this.#firstCount) : 1;
  }

  /** Whether so many different entries are all there are. */
  isWhole(size: number): boolean {
    if (this.#total === undefined || size < this.#total) return false;
    // A full page whose total is its own size may be one of many that count only themselves.
    return this.#lastCount < rpcPageSize || this.#isTrueTotal();
  }

  /** True where the total counts more than its own page. */
  #isTrueTotal(): boolean {
    return this.#firstCount > 0 && this.total > this.#firstCount;
  }
}
