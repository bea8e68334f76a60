import type { InstanceCallOptions, InstanceListing, InstanceSource } from '../instance-source.ts';
import type { ManualClock } from './manual-clock.ts';

/** An instance of the fake cloud. */
export interface FakeInstance {
  readonly id: string;
  readonly name: string;
}

/** One call that the fake cloud got. */
export interface FakeCall {
  /** `undefined`: all. */
  readonly ids: readonly string[] | undefined;
  readonly urgent: boolean;
  readonly signal: AbortSignal;
  readonly begunAt: number;
}

/** A cloud whose answers show what was there when the call began, and come after a while. */
export class FakeSource implements InstanceSource<FakeInstance> {
  readonly calls: FakeCall[] = [];
  readonly instances = new Map<string, FakeInstance>();
  /** How long a call takes, in milliseconds. */
  latencyMs = 5;
  /** How long an aborted call takes to end, in milliseconds. */
  abortMs = 0;
  /** Entries of one page of a list of all. */
  pageSize = 100;
  /** What answers are changed by. */
  change: (listing: InstanceListing<FakeInstance>) => InstanceListing<FakeInstance> = (listing) =>
    listing;
  /** What calls fail with. */
  failure: Error | undefined;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock, ids: readonly string[] = []) {
    this.#clock = clock;
    this.add(...ids);
  }

  /** Adds instances `i-1` with the name `name of i-1`. */
  add(...ids: readonly string[]): void {
    for (const id of ids) this.instances.set(id, { id, name: `name of ${id}` });
  }

  idOf({ id }: FakeInstance): string {
    return id;
  }

  listByIds(
    ids: readonly string[],
    options: InstanceCallOptions,
  ): Promise<InstanceListing<FakeInstance>> {
    return this.#answer(ids, options, { items: ids.flatMap((id) => this.instances.get(id) ?? []) });
  }

  listAll(options: InstanceCallOptions): Promise<InstanceListing<FakeInstance>> {
    const items = [...this.instances.values()];
    const calls = Math.max(1, Math.ceil(items.length / this.pageSize));
    return this.#answer(undefined, options, { items, calls });
  }

  /** Every call as text: the number of its ids, or `all`. */
  get picture(): readonly string[] {
    return this.calls.map(({ ids }) => (ids === undefined ? 'all' : String(ids.length)));
  }

  async #answer(
    ids: readonly string[] | undefined,
    { signal, urgent }: InstanceCallOptions,
    listing: InstanceListing<FakeInstance>,
  ): Promise<InstanceListing<FakeInstance>> {
    this.calls.push({ ids, urgent, signal, begunAt: this.#clock.monotonic() });
    const { failure } = this;
    const changed = this.change(listing);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => {
      if (this.abortMs === 0) reject(signal.reason);
      else this.#clock.timer(this.abortMs, () => reject(signal.reason));
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#clock.timer(this.latencyMs, resolve);
    await promise;
    if (failure !== undefined) throw failure;
    return changed;
  }
}
