import { PageCollector } from '../list/page-collector.ts';
import type { ListPass } from '../list/read-until-complete.ts';
import type { Slb } from './slb.ts';

/** Combines the pages of one pass over the load balancers of an account. */
export class SlbCollector implements ListPass {
  readonly #slbs = new Map<string, Slb>();
  readonly #collector: PageCollector;

  /** @param previous the pass before this one, if any */
  constructor(previous?: SlbCollector) {
    this.#collector = new PageCollector(previous && previous.#collector);
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#collector.hasEnded;
  }

  get isComplete(): boolean {
    return this.#collector.isComplete;
  }

  get isWorthRepeating(): boolean {
    return this.#collector.isWorthRepeating;
  }

  get pages(): number {
    return this.#collector.pages;
  }

  /** The load balancers by ID. */
  get slbs(): ReadonlyMap<string, Slb> {
    return this.#slbs;
  }

  /** Adds the next page. The API reports no totals. */
  add(page: readonly Slb[]): void {
    for (const slb of page) this.#slbs.set(slb.slbId, slb);
    this.#collector.add(
      page.map(({ slbId }) => slbId),
      undefined,
    );
  }
}
