import { runs } from '@k8s-ccm/foundation/testing';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PageCollector } from './page-collector.ts';
import type { ListPass } from './read-until-complete.ts';
import { maxPages, readUntilComplete } from './read-until-complete.ts';

/** Change of a list between two reads. */
type Change = { readonly kind: 'remove' | 'prepend' | 'append' } & { readonly at: number };

/** A server with a paged list that changes while it is read. */
class ChangingList {
  /** Entries that existed throughout. */
  readonly steady: Set<string>;
  readonly #pageSize: number;
  readonly #hasTotals: boolean;
  readonly #changes: readonly (Change | undefined)[];
  #entries: readonly string[];
  #reads = 0;

  constructor(
    count: number,
    pageSize: number,
    hasTotals: boolean,
    changes: readonly (Change | undefined)[],
  ) {
    this.#entries = Array.from({ length: count }, (_, index) => `e-${index}`);
    this.steady = new Set(this.#entries);
    this.#pageSize = pageSize;
    this.#hasTotals = hasTotals;
    this.#changes = changes;
  }

  page(number: number): { readonly keys: readonly string[]; readonly total: number | undefined } {
    const start = (number - 1) * this.#pageSize;
    const keys = this.#entries.slice(start, start + this.#pageSize);
    const total = this.#hasTotals ? this.#entries.length : undefined;
    const change = this.#changes[this.#reads];
    this.#reads += 1;
    if (change !== undefined) this.#make(change);
    return { keys, total };
  }

  #make({ kind, at }: Change): void {
    const entries = [...this.#entries];
    const fresh = `new-${this.#reads}`;
    if (kind === 'append') entries.push(fresh);
    if (kind === 'prepend') entries.unshift(fresh);
    if (kind === 'remove' && entries.length > 0) {
      for (const gone of entries.splice(at % entries.length, 1)) this.steady.delete(gone);
    }
    this.#entries = entries;
  }
}

class Pass implements ListPass {
  readonly keys = new Set<string>();
  readonly collector: PageCollector;

  constructor(previous: Pass | undefined) {
    this.collector = new PageCollector(previous?.collector);
  }

  get isComplete(): boolean {
    return this.collector.isComplete;
  }

  get isWorthRepeating(): boolean {
    return this.collector.isWorthRepeating;
  }

  get pages(): number {
    return this.collector.pages;
  }
}

async function read(list: ChangingList) {
  return await readUntilComplete<Pass>(async (previous) => {
    const pass = new Pass(previous);
    for (let page = 1; page <= maxPages && !pass.collector.hasEnded; page += 1) {
      const { keys, total } = list.page(page);
      for (const key of keys) pass.keys.add(key);
      pass.collector.add(keys, total);
    }
    return pass;
  });
}

const counts = fc.nat(49);
const pageSizes = fc.constantFrom(10, 20);

const changesOf = (...kinds: readonly Change['kind'][]) =>
  fc.array(
    fc.option(fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(49) }), { nil: undefined }),
    {
      maxLength: 12,
    },
  );

describe('a complete list contains all entries that existed throughout', () => {
  it.each([
    [
      'without totals, while entries are created and deleted',
      false,
      ['remove', 'prepend', 'append'],
    ],
    ['with totals, while entries are deleted', true, ['remove']],
    ['with totals, while entries are created', true, ['prepend', 'append']],
  ] as const)('%s', async (_, hasTotals, kinds) => {
    await fc.assert(
      fc.asyncProperty(counts, pageSizes, changesOf(...kinds), async (count, pageSize, changes) => {
        const list = new ChangingList(count, pageSize, hasTotals, changes);
        const { complete, last } = await read(list);
        const missing = [...list.steady].filter((key) => !last.keys.has(key));
        expect(complete ? missing : []).toEqual([]);
      }),
      { numRuns: runs(2000) },
    );
  });

  it('is complete if nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(counts, pageSizes, fc.boolean(), async (...args) => {
        const list = new ChangingList(...args, []);
        const { complete, last } = await read(list);
        expect([complete, last.keys]).toEqual([true, list.steady]);
      }),
    );
  });
});
