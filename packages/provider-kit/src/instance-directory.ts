import type { Ask } from './ask-window.ts';
import { AskWindow } from './ask-window.ts';
import { InstanceSnapshot } from './instance-snapshot.ts';
import type {
  DirectoryClock,
  InstanceCallOptions,
  InstanceListing,
  InstanceSource,
} from './instance-source.ts';
import { ScatteredCalls } from './scattered-calls.ts';
import { SharedRead } from './shared-read.ts';

/** How to ask a directory. */
export interface AskOptions {
  /** Ends the waiting; others who wait for the same call go on. */
  readonly signal: AbortSignal;
  /**
   * How long before the question the read of the answer may have begun, in milliseconds. Default 0: it begins after the
   * question. Only "there is one" is ever taken from a read that began before the question, never "there is none".
   */
  readonly maxAgeMs?: number;
  /** Handed to the source. Default false. */
  readonly urgent?: boolean;
}

/** Options of `InstanceDirectory.byId`. */
export interface ByIdOptions extends AskOptions {
  /**
   * IDs that each call by ID asks for too, so that the answer that lacks an instance can show that the cloud answers at
   * all. At most half of `maxIds`; further ones are left out. Default none.
   */
  readonly witnesses?: readonly string[];
}

/** What a directory knows of one instance. */
export type InstanceAnswer<Item> = {
  /** When the read began, in epoch milliseconds. */
  readonly startedAt: number;
} & (
  | { readonly kind: 'found'; readonly item: Item }
  /** The answer is complete and does not hold it. `snapshot`: all that the answer holds. */
  | { readonly kind: 'absent'; readonly snapshot: InstanceSnapshot<Item> }
  /** It is shown, or may be, and cannot be read. */
  | { readonly kind: 'unreadable' }
  /** It is not shown, and something may be missing that is there. */
  | { readonly kind: 'incomplete' }
);

/** What a search found, and where. */
export interface SearchAnswer<Item> {
  readonly items: readonly Item[];
  readonly snapshot: InstanceSnapshot<Item>;
}

/** What an {@link InstanceDirectory} takes. */
export interface InstanceDirectoryOptions<Item> {
  readonly source: InstanceSource<Item>;
  readonly clock: DirectoryClock;
  /** Ends all calls. */
  readonly signal: AbortSignal;
  /** Questions of so many milliseconds travel together. Default 10. */
  readonly windowMs?: number;
  /** Most ids of one call. Default 100. */
  readonly maxIds?: number;
}

/** A read of which somebody may still take the answer. */
interface Running<Item> {
  readonly read: SharedRead<InstanceSnapshot<Item>>;
  /** By the monotonic clock. */
  readonly begunAt: number;
}

/** Calls of a list of all, before the first one has told. */
const guessedCallsForAll = 8;

/** A list of all is worth its calls once by-id calls have wasted this part of them. */
const worthwhilePart = 0.25;

/**
 * Answers many questions for single instances with few calls. Questions of the same moment travel together; where a
 * list of all costs less than their ids, or somebody looks for an instance whose id is not known, one list of all
 * serves them together, and for a while those who come later and take an answer of that age. At most one list of all
 * is under way, and one is held. A failed call fails those who wait for it; it is not repeated here.
 */
export class InstanceDirectory<Item> {
  readonly #source: InstanceSource<Item>;
  readonly #clock: DirectoryClock;
  readonly #lifetime: AbortSignal;
  readonly #maxIds: number;
  readonly #window: AskWindow<InstanceSnapshot<Item>>;
  readonly #scattered: ScatteredCalls;
  readonly #readsById = new Map<string, Running<Item>>();
  #readOfAll: Running<Item> | undefined;
  #held: { readonly snapshot: InstanceSnapshot<Item>; readonly begunAt: number } | undefined;
  #waitingForAll: readonly Ask<InstanceSnapshot<Item>>[] = [];
  #callsForAll: number | undefined;

  constructor(options: InstanceDirectoryOptions<Item>) {
    const { clock, maxIds = 100, signal, source, windowMs = 10 } = options;
    this.#source = source;
    this.#clock = clock;
    this.#lifetime = signal;
    this.#maxIds = maxIds;
    this.#scattered = new ScatteredCalls(maxIds);
    this.#window = new AskWindow(clock, windowMs, (asks) => this.#send(asks));
  }

  /** What the cloud shows of one instance. Throws what the source throws, and the reason of `signal`. */
  async byId(id: string, options: ByIdOptions): Promise<InstanceAnswer<Item>> {
    const isThere = (snapshot: InstanceSnapshot<Item>): boolean => snapshot.get(id) !== undefined;
    const reads = [this.#readsById.get(id), this.#readOfAll];
    const earlier = await this.#earlier(reads, isThere, options);
    return answerOf(id, earlier ?? (await this.#ask({ ...options, id })));
  }

  /**
   * Finds instances by something else than their id; `match` gives those that fit. From a read that began before the
   * question only a single match is taken. Throws what the source throws, and the reason of `signal`.
   */
  async search(
    match: (snapshot: InstanceSnapshot<Item>) => readonly Item[],
    options: AskOptions,
  ): Promise<SearchAnswer<Item>> {
    const isOne = (snapshot: InstanceSnapshot<Item>): boolean => match(snapshot).length === 1;
    const earlier = await this.#earlier([this.#readOfAll], isOne, options);
    const snapshot = earlier ?? (await this.#ask(options));
    return { items: match(snapshot), snapshot };
  }

  /** The answer of a read that began before the question, where there is one that is young enough and holds what is sought. */
  async #earlier(
    reads: readonly (Running<Item> | undefined)[],
    holds: (snapshot: InstanceSnapshot<Item>) => boolean,
    { maxAgeMs = 0, signal }: AskOptions,
  ): Promise<InstanceSnapshot<Item> | undefined> {
    signal.throwIfAborted();
    if (maxAgeMs <= 0) return undefined;
    const oldest = this.#clock.monotonic() - maxAgeMs;
    const held = this.#held;
    if (held !== undefined && held.begunAt >= oldest && holds(held.snapshot)) return held.snapshot;
    for (const running of reads) {
      if (running === undefined || running.begunAt < oldest || running.read.isAbandoned) continue;
      const snapshot = await running.read.wait(signal);
      if (holds(snapshot)) return snapshot;
    }
    return undefined;
  }

  #ask(options: ByIdOptions & { readonly id?: string }): Promise<InstanceSnapshot<Item>> {
    return this.#window.ask({ maxAgeMs: 0, urgent: false, witnesses: [], ...options });
  }

  #send(asks: readonly Ask<InstanceSnapshot<Item>>[]): void {
    const ids = new Set(asks.map(({ id }) => id));
    if (!ids.has(undefined) && !this.#isAllCheaper(ids.size, asks)) {
      this.#sendByIds(asks);
      return;
    }
    this.#waitingForAll = [...this.#waitingForAll, ...asks];
    this.#sendForAll();
  }

  #isAllCheaper(ids: number, asks: readonly Ask<InstanceSnapshot<Item>>[]): boolean {
    const callsForAll = this.#callsForAll ?? guessedCallsForAll;
    if (this.#callsForAll !== undefined && Math.ceil(ids / this.#maxIds) > callsForAll) return true;
    // More of the same will come, and take their answers from it.
    const mayFollow = asks.some(({ maxAgeMs }) => maxAgeMs > 0);
    return (
      mayFollow && this.#scattered.room(this.#clock.monotonic()) >= callsForAll * worthwhilePart
    );
  }

  #sendByIds(all: readonly Ask<InstanceSnapshot<Item>>[]): void {
    const asks = all.filter(({ signal }) => !signal.aborted);
    const asksById = Map.groupBy(asks, ({ id = '' }) => id);
    for (const chunk of this.#chunksOf(asks)) {
      const chunkAsks = chunk.flatMap((id) => asksById.get(id) ?? []);
      // A witness is in every chunk, and is answered by the first one.
      for (const id of chunk) asksById.delete(id);
      const running = this.#read(chunkAsks, (call) => this.#source.listByIds(chunk, call));
      void this.#keepWhileRunning(running, chunk);
      const maxAgeMs = Math.max(...chunkAsks.map((ask) => ask.maxAgeMs));
      if (maxAgeMs > 0) this.#scattered.add(chunk.length, running.begunAt + maxAgeMs);
      for (const ask of chunkAsks) ask.settle(running.read.wait(ask.signal));
    }
  }

  /** The IDs of each call: together all that is asked for, and in each call all witnesses. */
  #chunksOf(asks: readonly Ask<InstanceSnapshot<Item>>[]): readonly (readonly string[])[] {
    const ids = new Set(asks.map(({ id = '' }) => id));
    const witnesses = [...new Set(asks.flatMap((ask) => ask.witnesses))].slice(
      0,
      Math.floor(this.#maxIds / 2),
    );
    const others = [...ids].filter((id) => !witnesses.includes(id));
    if (others.length === 0) return ids.size === 0 ? [] : [witnesses];
    const size = this.#maxIds - witnesses.length;
    return Array.from({ length: Math.ceil(others.length / size) }, (_, index) => [
      ...others.slice(index * size, (index + 1) * size),
      ...witnesses,
    ]);
  }

  async #keepWhileRunning(running: Running<Item>, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#readsById.set(id, running);
    await running.read.ended;
    for (const id of ids) {
      if (this.#readsById.get(id) === running) this.#readsById.delete(id);
    }
  }

  /** Lists all for those who wait for it; where a list is under way, which began before they asked, after it. */
  #sendForAll(): void {
    if (this.#readOfAll !== undefined) return;
    const asks = this.#waitingForAll.filter(({ signal }) => !signal.aborted);
    this.#waitingForAll = [];
    if (asks.length === 0) return;
    this.#readOfAll = this.#read(asks, (call) => this.#source.listAll(call));
    void this.#serveFromAll(this.#readOfAll, asks);
  }

  async #serveFromAll(
    { read, begunAt }: Running<Item>,
    asks: readonly Ask<InstanceSnapshot<Item>>[],
  ): Promise<void> {
    const answers = asks.map((ask) => ({ ask, answer: read.wait(ask.signal) }));
    const [first] = await Promise.allSettled([Promise.any(answers.map(({ answer }) => answer))]);
    await read.ended;
    this.#readOfAll = undefined;
    this.#sendForAll();
    if (first.status === 'rejected') {
      for (const { ask, answer } of answers) ask.settle(answer);
      return;
    }
    const snapshot = first.value;
    this.#held = { snapshot, begunAt };
    this.#callsForAll = snapshot.calls;
    this.#scattered.clear();
    const shows = ({ id }: Ask<unknown>): boolean =>
      id === undefined || snapshot.get(id) !== undefined || snapshot.unreadable.has(id);
    for (const { ask, answer } of answers) if (shows(ask)) ask.settle(answer);
    // Pages of a list shift when something is deleted meanwhile: what is not on them is asked for by its id.
    this.#sendByIds(asks.filter((ask) => !shows(ask)));
  }

  #read(
    asks: readonly Ask<InstanceSnapshot<Item>>[],
    list: (call: InstanceCallOptions) => Promise<InstanceListing<Item>>,
  ): Running<Item> {
    const startedAt = this.#clock.now();
    const begunAt = this.#clock.monotonic();
    const urgent = asks.some((ask) => ask.urgent);
    const read = new SharedRead(
      async (signal) =>
        new InstanceSnapshot(await list({ signal, urgent }), startedAt, (item) =>
          this.#source.idOf(item),
        ),
      this.#lifetime,
    );
    return { read, begunAt };
  }
}

function answerOf<Item>(id: string, snapshot: InstanceSnapshot<Item>): InstanceAnswer<Item> {
  const { complete, startedAt, unreadable } = snapshot;
  const item = snapshot.get(id);
  if (item !== undefined) return { startedAt, kind: 'found', item };
  if (unreadable.has(id)) return { startedAt, kind: 'unreadable' };
  if (!complete) return { startedAt, kind: 'incomplete' };
  if (unreadable.has('')) return { startedAt, kind: 'unreadable' };
  return { startedAt, kind: 'absent', snapshot };
}
