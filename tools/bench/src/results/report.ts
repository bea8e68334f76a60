import type { BenchResult } from './bench-result.ts';
import { compare, ratio } from './comparison.ts';
import type { ComparedMeasure } from './comparison.ts';
import type { MeasureUnit } from './measure.ts';
import { measuresOf } from './measure.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { tableText } from './table.ts';

/** A result as a table: ours, the other beside it, and the last recorded one of the same settings. */
export function reportText(
  result: BenchResult,
  recorded: BenchResult | undefined,
  scenario: Scenario,
): string {
  const { settings, ours, against, rounds, machine } = result;
  const per = { units: scenario.units(settings), unit: scenario.unit };
  const others = [
    ...(against === undefined ? [] : [{ head: 'against', result: against }]),
    ...(recorded === undefined ? [] : [{ head: `at ${recorded.commit}`, result: recorded.ours }]),
  ];
  const groups = compare(
    [ours, ...others.map((other) => other.result)].map((one) => measuresOf(one, per)),
  );
  const rows = groups.flatMap(({ title, measures }) => [
    [],
    [title],
    ...measures.map((measure) => [`  ${measure.label}`, ...cells(measure)]),
  ]);
  const head = ['', 'ours', ...others.flatMap((other) => [other.head, 'ratio'])];
  return `${scenario.describe(settings)}
${machine.cpus} CPUs, ${machine.platform}, Node ${machine.node}, ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`}

${tableText([head, ...rows])}`;
}

function cells({ unit, values }: ComparedMeasure): readonly string[] {
  const [ours, ...others] = values;
  return [
    numberText(ours, unit),
    ...others.flatMap((other) => [numberText(other, unit), ratioText(ratio(ours, other))]),
  ];
}

const formats: Readonly<Record<MeasureUnit, (value: number) => string>> = {
  count: (value) => String(Number(value.toFixed(2))),
  s: (value) => `${value.toFixed(2)} s`,
  ms: (value) => `${value.toFixed(0)} ms`,
  MiB: (value) => `${value.toFixed(0)} MiB`,
};

function numberText(value: number | undefined, unit: MeasureUnit): string {
  return value === undefined ? '' : formats[unit](value);
}

function ratioText(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2);
}
