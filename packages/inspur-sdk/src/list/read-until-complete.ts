/** Most pages of one pass: a server whose list never ends must not keep us forever. */
export const maxPages = 1000;

/** One pass over all pages of a list. */
export interface ListPass {
  /** Whether the pass proves that nothing is missing. */
  readonly isComplete: boolean;
  /** Whether another pass may prove it. */
  readonly isWorthRepeating: boolean;
  /** Pages that were read. */
  readonly pages: number;
}

/** What {@link readUntilComplete} read. */
export interface ListResult<Pass> {
  /** The passes in order. */
  readonly passes: readonly Pass[];
  readonly last: Pass;
  /** Whether the last pass is proven to have all entries. */
  readonly complete: boolean;
  /** Pages that were read in all passes. */
  readonly calls: number;
}

/** A list that changes during each of so many passes is not proven. */
const maxPasses = 3;

/** Reads a list until a pass proves that nothing is missing. `pass` gets the pass before it, to compare with. */
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
