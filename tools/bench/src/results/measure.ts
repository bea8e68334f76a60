import type { CandidateResult, PhaseResult } from './bench-result.ts';
import { total } from '../calls/count-by.ts';
import type { Counts } from '../calls/count-by.ts';

/** How a measure is written. */
export type MeasureUnit = 's' | 'ms' | 'MiB' | 'count';

/** One number of a result. */
export interface Measure {
  /** The same in every result, for comparisons. */
  readonly key: string;
  readonly label: string;
  readonly unit: MeasureUnit;
  readonly value: number;
}

/** Measures that belong together. */
export interface MeasureGroup {
  readonly title: string;
  readonly measures: readonly Measure[];
}

/**
 * All numbers of a candidate in the order in which they are read.
 * @param per what counts are divided by, and its name
 */
export function measuresOf(
  result: CandidateResult,
  per: { readonly units: number; readonly unit: string },
): readonly MeasureGroup[] {
  return [
    ...result.phases.map((phase) => ({ title: phase.title, measures: phaseMeasures(phase, per) })),
    {
      title: 'the whole process',
      measures: [
        { key: 'start', label: 'start until it watches', unit: 's', value: result.startMs / 1000 },
        { key: 'cpu', label: 'CPU', unit: 's', value: result.cpuSeconds },
        { key: 'rss', label: 'peak RSS', unit: 'MiB', value: toMebibytes(result.peakRssBytes) },
      ],
    },
  ];
}

function phaseMeasures(
  phase: PhaseResult,
  { units, unit }: { readonly units: number; readonly unit: string },
): readonly Measure[] {
  const measure = (key: string, label: string, form: MeasureUnit, value: number): Measure => ({
    key: `${phase.name}.${key}`,
    label,
    unit: form,
    value,
  });
  const counted = (key: string, label: string, counts: Counts): readonly Measure[] => [
    measure(key, `${label} per ${unit}`, 'count', total(counts) / units),
    ...Object.entries(counts).map(([name, count]) =>
      measure(`${key}.${name}`, `  ${name}`, 'count', count / units),
    ),
  ];
  return [
    measure('wall', 'wall time', 's', phase.wallMs / 1000),
    measure('load', 'until the load was taken', 's', phase.loadMs / 1000),
    measure('lastCloudCall', 'until the last cloud call', 's', phase.lastCloudCallMs / 1000),
    measure('cloudCallsTotal', 'cloud calls', 'count', total(phase.cloudCalls)),
    ...counted('cloudCalls', 'cloud calls', phase.cloudCalls),
    ...counted('apiWrites', 'API writes', phase.apiWrites),
    ...counted('apiReads', 'API reads', phase.apiReads),
    measure('cpu', 'CPU', 's', phase.cpuSeconds),
    measure('cpuWait', 'waited for a CPU', 's', phase.cpuWaitSeconds),
    measure('rss', 'peak RSS so far', 'MiB', toMebibytes(phase.peakRssBytes)),
    ...optional(phase.longestStallMs, (value) => measure('stall', 'longest stall', 'ms', value)),
    ...optional(phase.longestGcMs, (value) => measure('gc', 'longest garbage pause', 'ms', value)),
  ];
}

function optional(
  value: number | undefined,
  toMeasure: (value: number) => Measure,
): readonly Measure[] {
  return value === undefined ? [] : [toMeasure(value)];
}

function toMebibytes(bytes: number): number {
  return bytes / 1024 / 1024;
}
