/** Most pages of one pass: a server whose list never ends must not keep us forever. */
export const mostPages = 1000;

/** One pass over all pages of a list. */
export interface ListPass {
  /** Whether the pass proves that nothing is missing. */
  readonly isWhole: boolean;
  /** Whether another pass may prove it. */
  readonly isWorthAnother: boolean;
  /** Pages that were read. */
  readonly pages: number;
}

/** What {@link readWholeList} read. */
export interface WholeList<Pass> {
  /** The passes in order. */
  readonly passes: readonly Pass[];
  readonly last: Pass;
  /** Whether the last pass is proven to have all entries. */
  readonly complete: boolean;
  /** Pages that were read in all passes. */
  readonly calls: number;
}

/** A list that changes during each of so many passes is not proven. */
const mostPasses = 3;

/** Reads a list until a pass proves that nothing is missing. `pass` gets the pass before it, to compare with. */
export async function readWholeList<Pass extends ListPass>(
  pass: (previous: Pass | undefined) => Promise<Pass>,
): Promise<WholeList<Pass>> {
  let last = await pass(undefined);
  const passes = [last];
  while (last.isWorthAnother && passes.length < mostPasses) {
    last = await pass(last);
    passes.push(last);
  }
  const calls = passes.reduce((sum, { pages }) => sum + pages, 0);
  return { passes, last, complete: last.isWhole, calls };
}
