import type { Measure, MeasureGroup } from './measure.ts';

/** One measure of several results side by side. */
export interface ComparedMeasure {
  readonly label: string;
  readonly unit: Measure['unit'];
  /** In the order of the results; undefined where a result lacks it. */
  readonly values: readonly (number | undefined)[];
}

/** Measures of several results that belong together. */
export interface ComparedGroup {
  readonly title: string;
  readonly measures: readonly ComparedMeasure[];
}

/** Puts results side by side: every measure that any of them has, in the order of the first that has it. */
export function compare(results: readonly (readonly MeasureGroup[])[]): readonly ComparedGroup[] {
  const values = results.map(
    (groups) =>
      new Map(groups.flatMap(({ measures }) => measures).map(({ key, value }) => [key, value])),
  );
  const titles = new Set(results.flat().map(({ title }) => title));
  return [...titles].map((title) => ({
    title,
    measures: orderedMeasures(results.map((groups) => measuresIn(groups, title))).map(
      ({ key, label, unit }) => ({ label, unit, values: values.map((result) => result.get(key)) }),
    ),
  }));
}

/** How much of `theirs` is `ours`; undefined where either is missing or `theirs` is nothing. */
export function ratio(ours: number | undefined, theirs: number | undefined): number | undefined {
  return ours === undefined || theirs === undefined || theirs === 0 ? undefined : ours / theirs;
}

function measuresIn(groups: readonly MeasureGroup[], title: string): readonly Measure[] {
  return groups.filter((group) => group.title === title).flatMap(({ measures }) => measures);
}

/** Merges lists so that what only a later one has stands behind its neighbor, not at the end. */
function orderedMeasures(lists: readonly (readonly Measure[])[]): readonly Measure[] {
  const merged: Measure[] = [];
  for (const list of lists) {
    let position = 0;
    for (const measure of list) {
      const known = merged.findIndex(({ key }) => key === measure.key);
      if (known === -1) merged.splice(position, 0, measure);
      position = known === -1 ? position + 1 : known + 1;
    }
  }
  return merged;
}
