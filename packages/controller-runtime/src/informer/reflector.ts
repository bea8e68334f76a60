import type { KubernetesObject, Logger } from '@k8s-ccm/cloud-provider';
import { LinkedAbort } from '@k8s-ccm/foundation';
import {
  isBadRequest,
  isExpired,
  isInvalid,
  isTooLargeResourceVersion,
} from '../api/errors/api-error-predicates.ts';
import type { Clock } from '../time/clock.ts';
import { eventLoopTurn } from '../time/event-loop-turn.ts';
import { objectKey } from './object-key.ts';
import type { Random } from '../time/random.ts';
import { ReflectorBackoff } from './reflector-backoff.ts';
import type { ResourceClient, Selection } from '../api/resource-client.ts';
import { mustRelist, ServerRefusals } from './watch-failure.ts';
import type { WatchEvent } from '../api/watch-event.ts';

/** Receives what a {@link Reflector} reads. */
export interface ReflectorTarget<T> {
  /** Receives the whole state, after each list. */
  replace(objects: Iterable<T>): void;
  /** Receives one change after the list. */
  apply(event: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }): void;
}

/** Options of {@link Reflector}. */
export interface ReflectorOptions<T> {
  /** Name in log lines. */
  readonly name: string;
  readonly client: ResourceClient<T>;
  readonly target: ReflectorTarget<T>;
  /** Transforms each object on arrival, for example drops fields that nobody reads. */
  readonly prepare?: (object: T) => T;
  /** Selects the objects. Default: all. */
  readonly selection?: Selection;
  /**
   * Number of objects per page if the server does not support WatchList. Default: 250: a page of full Nodes (3 MB) is
   * parsed in about 15 ms.
   */
  readonly pageSize?: number;
  /**
   * How long a WatchList may send nothing before its end mark, in milliseconds; then it is abandoned. Default: 10 s.
   */
  readonly initialEventsTimeoutMs?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A watch that ends sooner than this without an event counts as failed. */
const shortWatchMs = 1_000;

/** A WatchList sent nothing more, and no end mark: the server does not support `sendInitialEvents`. */
class NoEndMarkError extends Error {
  override readonly name = 'NoEndMarkError';
  readonly code = 'NO_END_MARK';
}

type Events<T> = AsyncGenerator<WatchEvent<T>, void, undefined>;

/**
 * Keeps a target in sync with the API server while it runs.
 *
 * The reflector loads the state by WatchList (one stream, event by event), or page by page if the server does not
 * support WatchList, and then follows changes. A broken watch resumes from the last version seen, without loading the
 * state again. The state is loaded again only if the server no longer has that version (410) or refuses it.
 */
export class Reflector<T extends KubernetesObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: ReflectorBackoff;
  readonly #log: Logger;
  #lastVersion = '';
  /** The server refused the last version once: the next load requests the most recent state, whatever its version. */
  #isLastVersionRefused = false;
  #hasWatchList = true;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new ReflectorBackoff(options);
    this.#log = options.log.child({ reflector: options.name });
  }

  /** The version up to which the target is current. Empty before the first load. */
  get lastVersion(): string {
    return this.#lastVersion;
  }

  /** Runs until the signal aborts, then resolves. Never rejects because of a server. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(await this.#load(signal), signal);
      } catch (error) {
        if (signal.aborted) return;
        const delayMs = this.#backoff.next();
        if (isExpired(error))
          this.#log.info('the resource version is too old, listing again', {
            version: this.#lastVersion,
            delayMs,
          });
        else this.#log.warn('list or watch failed, listing again', { error, delayMs });
        await this.#pause(delayMs, signal);
      }
    }
  }

  /** Brings the target up to date. Returns the watch that a WatchList leaves open. */
  async #load(signal: AbortSignal): Promise<Events<T> | undefined> {
    try {
      return await this.#loadFrom(this.#isLastVersionRefused ? '' : this.#lastVersion, signal);
    } catch (error) {
      const isRefused = isExpired(error) || isTooLargeResourceVersion(error);
      if (!isRefused || this.#isLastVersionRefused) throw error;
      // As in client-go: the first request asks for a state that is not older than the known one, so that a lagging
      // replica cannot turn back time. If that is refused, too (the server was restored from a backup, or compacted),
      // the next one asks for the most recent state.
      this.#isLastVersionRefused = true;
      return await this.#loadFrom('', signal);
    }
  }

  async #loadFrom(version: string, signal: AbortSignal): Promise<Events<T> | undefined> {
    if (this.#hasWatchList) {
      try {
        const events = await this.#loadByWatchList(version, signal);
        if (events !== undefined) return events;
        this.#log.info('the server ended the initial events early, listing in pages');
      } catch (error) {
        if (!isInvalid(error) && !isBadRequest(error) && !(error instanceof NoEndMarkError))
          throw error;
        this.#hasWatchList = false;
        this.#log.info('the server does not support WatchList, listing in pages', { error });
      }
    }
    await this.#loadByPages(version, signal);
    return undefined;
  }

  async #loadByWatchList(version: string, signal: AbortSignal): Promise<Events<T> | undefined> {
    const { clock, initialEventsTimeoutMs = 10_000 } = this.#options;
    const life = new LinkedAbort(signal);
    const events = this.#openWatch(life, version, true);
    const found = new Map<string, T>();
    let isHandedOver = false;
    try {
      for (;;) {
        const timer = clock.timer(initialEventsTimeoutMs, () =>
          life.abort(
            new NoEndMarkError(`no event for ${initialEventsTimeoutMs} ms, and no end mark`),
          ),
        );
        const next = await events.next().finally(() => timer.cancel());
        if (next.done === true) return undefined;
        const event = next.value;
        if (event.type === 'DELETED') found.delete(objectKey(event.object));
        else if (event.type !== 'BOOKMARK')
          found.set(objectKey(event.object), this.#prepare(event.object));
        else if (event.initialEventsEnd) {
          this.#replace(found.values(), event.resourceVersion);
          isHandedOver = true;
          return events;
        }
      }
    } finally {
      if (!isHandedOver) await events.return();
    }
  }

  async #loadByPages(version: string, signal: AbortSignal): Promise<void> {
    const { pageSize = 250 } = this.#options;
    try {
      await this.#readPages(version, pageSize, signal);
    } catch (error) {
      // A continue token lives for only a few minutes. If it expires, everything is requested in one response, as in
      // client-go.
      if (!(error instanceof ContinueExpiredError)) throw error;
      this.#log.info('the list expired between two pages, listing without pages', { error });
      await this.#readPages('', undefined, signal);
    }
  }

  async #readPages(version: string, limit: number | undefined, signal: AbortSignal): Promise<void> {
    const { client, selection } = this.#options;
    const found = new Map<string, T>();
    let token: string | undefined;
    for (;;) {
      const page = await client
        .list({
          ...selection,
          ...(limit === undefined ? {} : { limit }),
          ...(token === undefined ? startAt(version) : { continueToken: token }),
          signal,
        })
        .catch((error: unknown) => {
          throw token !== undefined && isExpired(error)
            ? new ContinueExpiredError('continue token', { cause: error })
            : error;
        });
      // Parsing the page was one long step. Let others run first, then trim, then let others run again.
      await eventLoopTurn();
      for (const object of page.items) found.set(objectKey(object), this.#prepare(object));
      await eventLoopTurn();
      signal.throwIfAborted();
      token = page.continueToken;
      if (token === undefined) {
        this.#replace(found.values(), page.resourceVersion);
        return;
      }
    }
  }

  /** Follows changes until the state must be loaded again; then throws the reason. */
  async #follow(opened: Events<T> | undefined, signal: AbortSignal): Promise<never> {
    const { clock } = this.#options;
    const refusals = new ServerRefusals();
    let events = opened;
    for (;;) {
      const startedAt = clock.monotonic();
      let received = 0;
      let failure: unknown;
      try {
        events ??= this.#openWatch(new LinkedAbort(signal), this.#lastVersion, false);
        for (let next = await events.next(); next.done !== true; next = await events.next()) {
          received += 1;
          this.#receive(next.value);
        }
      } catch (error) {
        await events?.return();
        signal.throwIfAborted();
        failure = error;
      }
      events = undefined;
      signal.throwIfAborted();
      if (received > 0) refusals.reset();
      if (mustRelist(failure) || refusals.isTooMany(failure)) throw failure;

      const isShort = clock.monotonic() - startedAt < shortWatchMs && received === 0;
      if (!isShort) this.#backoff.reset();
      if (failure === undefined && !isShort) continue;
      const delayMs = this.#backoff.next();
      const fields = { error: failure, version: this.#lastVersion, delayMs };
      if (failure === undefined)
        this.#log.info('the watch ended very soon and without events, resuming', fields);
      else this.#log.warn('the watch failed, resuming', fields);
      await this.#pause(delayMs, signal);
      signal.throwIfAborted();
    }
  }

  /** `life` ends the watch and is released when the watch ends. */
  async *#openWatch(
    life: LinkedAbort,
    resourceVersion: string,
    sendInitialEvents: boolean,
  ): Events<T> {
    using owned = life;
    const { client, selection, random } = this.#options;
    yield* client.watch({
      ...selection,
      ...(resourceVersion === '' ? {} : { resourceVersion }),
      sendInitialEvents,
      // Randomized, so that the watches of all clients do not end together.
      timeoutSeconds: Math.floor(300 + 300 * random.next()),
      signal: owned.signal,
    });
  }

  #receive(event: WatchEvent<T>): void {
    if (event.type === 'BOOKMARK') {
      this.#lastVersion = event.resourceVersion || this.#lastVersion;
      return;
    }
    const object = this.#prepare(event.object);
    this.#options.target.apply({ type: event.type, object });
    this.#lastVersion = object.metadata?.resourceVersion ?? this.#lastVersion;
  }

  #replace(objects: Iterable<T>, resourceVersion: string): void {
    this.#options.target.replace(objects);
    this.#lastVersion = resourceVersion;
    this.#isLastVersionRefused = false;
  }

  #prepare(object: T): T {
    return this.#options.prepare?.(object) ?? object;
  }

  /** Waits. Returns without an error when the signal aborts. */
  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(delayMs, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** The list changed too much while it was being read. */
class ContinueExpiredError extends Error {
  override readonly name = 'ContinueExpiredError';
  readonly code = 'CONTINUE_EXPIRED';
}

function startAt(version: string): {
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'NotOlderThan';
} {
  return version === '' ? {} : { resourceVersion: version, resourceVersionMatch: 'NotOlderThan' };
}
