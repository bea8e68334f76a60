import { PageGathering } from '../list/page-gathering.ts';
import type { Slb } from './slb.ts';
import type { ListPass } from '../list/whole-list.ts';

/** Puts the pages of one pass over the load balancers of an account together. */
export class SlbGathering implements ListPass {
  readonly #slbs = new Map<string, Slb>();
  readonly #gathered: PageGathering;

  /** `previous` is the pass before this one, if there is one. */
  constructor(previous?: SlbGathering) {
    this.#gathered = new PageGathering(previous && previous.#gathered);
  }

  /** Whether no further page is needed. */
  get hasEnded(): boolean {
    return this.#gathered.hasEnded;
  }

  get isWhole(): boolean {
    return this.#gathered.isWhole;
  }

  get isWorthAnother(): boolean {
    return this.#gathered.isWorthAnother;
  }

  get pages(): number {
    return this.#gathered.pages;
  }

  /** The load balancers by id. */
  get slbs(): ReadonlyMap<string, Slb> {
    return this.#slbs;
  }

  /** Adds the next page. The API gives no totals. */
  add(page: readonly Slb[]): void {
    for (const slb of page) this.#slbs.set(slb.slbId, slb);
    this.#gathered.add(
      page.map(({ slbId }) => slbId),
      undefined,
    );
  }
}
