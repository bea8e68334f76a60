import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';

/** The label argument of a metric's methods. Absent for a metric without labels. */
export type LabelArguments<L extends string> = [L] extends [never]
  ? []
  : [labels: Readonly<Record<L, string>>];

/** Definition of a metric. */
export interface MetricDefinition<L extends string = never> {
  readonly name: string;
  /** One sentence. Part of the output, so keep it stable. */
  readonly help: string;
  /** Label names. Default: none. */
  readonly labels?: readonly L[];
  /** Prepended to the help text as upstream does, for example `[BETA] `. Default: nothing. */
  readonly stability?: 'ALPHA' | 'BETA' | 'STABLE';
}

/** Definition of a histogram. */
export interface HistogramDefinition<L extends string = never> extends MetricDefinition<L> {
  /** Upper bounds in ascending order, without +Inf. */
  readonly buckets: readonly number[];
}

/** A number that only increases. */
export interface Counter<L extends string = never> {
  /** Adds one. */
  inc(...labels: LabelArguments<L>): void;
  /** Adds `by`. 0 makes the series visible before its first count. @throws Error if `by` is negative */
  add(by: number, ...labels: LabelArguments<L>): void;
}

/** A number that increases and decreases. */
export interface Gauge<L extends string = never> {
  set(value: number, ...labels: LabelArguments<L>): void;
  /** Adds `by`, which may be negative. */
  add(by: number, ...labels: LabelArguments<L>): void;
  /** Removes the series from the output. */
  remove(...labels: LabelArguments<L>): void;
}

/** Distribution of observed values. */
export interface Histogram<L extends string = never> {
  /** Records one value. Durations are in seconds. */
  observe(value: number, ...labels: LabelArguments<L>): void;
  /** Makes the series visible before its first value. */
  zero(...labels: LabelArguments<L>): void;
}

/** A different metric with this name is already registered. */
export class MetricConflictError extends Error {
  override readonly name = 'MetricConflictError';
  readonly code = 'METRIC_CONFLICT';
  readonly metric: string;

  constructor(metric: string) {
    super(`metric ${metric} is already registered with a different type, help, labels or buckets`);
    this.metric = metric;
  }
}

interface Registered<M> {
  readonly shape: string;
  readonly metric: M;
}

/**
 * The metrics of one process, in Prometheus' text format. Registering the same metric twice returns the first one, so
 * that every component may define the metrics that it records.
 *
 * @example
 * const syncs = metrics.counter({ name: 'syncs_total', help: 'Number of syncs.', labels: ['result'] });
 * syncs.inc({ result: 'success' });
 */
export class MetricsRegistry {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Registered<PromCounter>>();
  readonly #gauges = new Map<string, Registered<PromGauge>>();
  readonly #histograms = new Map<string, Registered<PromHistogram>>();
  readonly #beforeRender = new Set<() => void>();

  /** Registers a counter, or returns it. @throws MetricConflictError if a different metric has the name */
  counter<L extends string = never>(definition: MetricDefinition<L>): Counter<L> {
    const metric = this.#once(
      this.#counters,
      definition,
      () => new PromCounter(this.#options(definition)),
    );
    return {
      inc: (...labels) => metric.inc(labels[0] ?? {}, 1),
      add: (by, ...labels) => metric.inc(labels[0] ?? {}, by),
    };
  }

  /** Registers a gauge, or returns it. @throws MetricConflictError if a different metric has the name */
  gauge<L extends string = never>(definition: MetricDefinition<L>): Gauge<L> {
    const metric = this.#once(
      this.#gauges,
      definition,
      () => new PromGauge(this.#options(definition)),
    );
    return {
      set: (value, ...labels) => metric.set(labels[0] ?? {}, value),
      add: (by, ...labels) => metric.inc(labels[0] ?? {}, by),
      remove: (...labels) => metric.remove(labels[0] ?? {}),
    };
  }

  /** Registers a histogram, or returns it. @throws MetricConflictError if a different metric has the name */
  histogram<L extends string = never>(definition: HistogramDefinition<L>): Histogram<L> {
    const metric = this.#once(
      this.#histograms,
      definition,
      () => new PromHistogram({ ...this.#options(definition), buckets: [...definition.buckets] }),
    );
    return {
      observe: (value, ...labels) => metric.observe(labels[0] ?? {}, value),
      zero: (...labels) => metric.zero(labels[0] ?? {}),
    };
  }

  /** Calls back before each {@link render}, to set gauges that are expensive to keep current. Returns a function that stops the calls. */
  beforeRender(callback: () => void): () => void {
    this.#beforeRender.add(callback);
    return () => this.#beforeRender.delete(callback);
  }

  /** Adds `process_*` and `nodejs_*`: CPU, memory, file descriptors, event-loop lag, garbage collection. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** The content type of {@link render}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Returns all metrics in Prometheus' text format. */
  async render(): Promise<string> {
    for (const callback of this.#beforeRender) callback();
    return await this.#registry.metrics();
  }

  #options<L extends string>({ name, help, labels, stability }: MetricDefinition<L>) {
    const text = stability === undefined ? help : `[${stability}] ${help}`;
    return { name, help: text, labelNames: [...(labels ?? [])], registers: [this.#registry] };
  }

  #once<M>(
    known: Map<string, Registered<M>>,
    definition: MetricDefinition<string>,
    make: () => M,
  ): M {
    const { name, ...rest } = definition;
    const shape = JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const found = known.get(name);
    if (found?.shape === shape) return found.metric;
    if (found !== undefined || this.#registry.getSingleMetric(name) !== undefined)
      throw new MetricConflictError(name);
    const metric = make();
    known.set(name, { shape, metric });
    return metric;
  }
}

/** Returns `count` bucket bounds. The first is `start`, each further one is `factor` times the previous one. */
export function exponentialBuckets(
  start: number,
  factor: number,
  count: number,
): readonly number[] {
  // Computed from powers of the factor, not by repeated multiplication: 1e-8 * 10 * 10 … drifts, and the bounds are
  // label values.
  return Array.from({ length: count }, (_, index) =>
    Number((start * factor ** index).toPrecision(12)),
  );
}
