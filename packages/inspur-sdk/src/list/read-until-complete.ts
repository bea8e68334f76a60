/** Maximum number of pages per pass, as protection against a list that never ends. */
export const maxPages = 1000;

/** One pass over all pages of a list. */
export interface ListPass {
  /** Whether the pass proves that the list is complete. */
  readonly isComplete: boolean;
  /** Whether another pass may prove it. */
  readonly isWorthRepeating: boolean;
  /** Number of pages read. */
  readonly pages: number;
}

/** Result of {@link readUntilComplete}. */
export interface ListResult<Pass> {
  /** All passes in order. */
  readonly passes: readonly Pass[];
  readonly last: Pass;
  /** Whether the last pass is proven to contain all entries. */
  readonly complete: boolean;
  /** Number of pages read in all passes. */
  readonly calls: number;
}

/** Maximum number of passes. A list that changes during each of them remains unproven. */
const maxPasses = 3;

/** Reads a list until a pass proves that it is complete. `pass` receives the previous pass for comparison. */
export async function readUntilComplete<Pass extends ListPass>(
  pass: (previous: Pass | undefined) => Promise<Pass>,
): Promise<ListResult<Pass>> {
  let last = await pass(undefined);
  const passes = [last];
  while (last.isWorthRepeating && passes.length < maxPasses) {
    last = await pass(last);
    passes.push(last);
  }
  const calls = passes.reduce((sum, { pages }) => sum + pages, 0);
  return { passes, last, complete: last.isComplete, calls };
}
