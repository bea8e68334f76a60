import { LRUCache } from 'lru-cache';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { abortable } from '@k8s-ccm/foundation';
import { localSource } from './client-sources.ts';

/** Options of {@link AnswerCache}. */
export interface AnswerCacheOptions<V> {
  /** How long answers are cached, in milliseconds. Values of 0 or less disable the cache. */
  readonly ttlMs: (answer: V) => number;
  /** Maximum number of entries. The least recently used entry is evicted first. */
  readonly maxEntries: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** A question, and the client that asks. */
export interface Question<V> {
  readonly key: string;
  /** The source of the request, see `ClientSources`. */
  readonly source: string;
  /** @param signal aborts when the question must make room for others */
  readonly ask: (signal: AbortSignal) => Promise<V>;
}

/** Too many questions are pending, so this one is not asked or has been aborted. */
export class TooManyQuestionsError extends Error {
  override readonly name = 'TooManyQuestionsError';
  readonly code = 'TOO_MANY_QUESTIONS';
}

/**
 * Maximum number of pending questions of other hosts, because clients without valid credentials must not
 * overload the API server.
 */
export const maxQuestions = 100;
/**
 * Maximum number of pending questions of one source. Questions of this node do not count toward {@link
 * maxQuestions}.
 */
export const maxQuestionsPerSource = 16;

interface Entry<V> {
  readonly answer: V;
  readonly until: number;
}

interface Asking<V> {
  readonly source: string;
  readonly answer: Promise<V>;
  readonly abort: AbortController;
}

/**
 * Caches answers. Concurrent questions with the same key are coalesced. Failures are not cached. If too many
 * questions are pending, the source with the most of them loses one to a source with fewer.
 */
export class AnswerCache<V> implements Disposable {
  readonly #options: AnswerCacheOptions<V>;
  readonly #entries: LRUCache<string, Entry<V>>;
  /** Pending questions, oldest first. */
  readonly #asking = new Map<string, Asking<V>>();

  constructor(options: AnswerCacheOptions<V>) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries });
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * Returns a cached answer, or the result of `ask`.
   * @throws TooManyQuestionsError, or the error of `ask`
   */
  async get(question: Question<V>): Promise<V> {
    const { key, source } = question;
    const known = this.#entries.get(key);
    if (known !== undefined) {
      if (known.until > this.#options.clock.monotonic()) return known.answer;
      this.#entries.delete(key);
    }
    const asking = this.#asking.get(key);
    if (asking !== undefined) return asking.answer;
    this.#makeRoom(source);
    return this.#ask(question);
  }

  /** Aborts all pending questions. */
  [Symbol.dispose](): void {
    for (const { abort } of this.#asking.values()) abort.abort(new Error('the cache is closed'));
  }

  #makeRoom(source: string): void {
    const counts = new Map<string, number>();
    for (const { source: other } of this.#asking.values()) {
      counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    const own = counts.get(source) ?? 0;
    if (own >= maxQuestionsPerSource) {
      throw new TooManyQuestionsError(`${own} questions of ${source} wait for their answers`);
    }
    const local = counts.get(localSource) ?? 0;
    if (source === localSource || this.#asking.size - local < maxQuestions) return;
    const most = Math.max(
      ...Array.from(counts, ([other, count]) => (other === localSource ? 0 : count)),
    );
    const tooMany = new TooManyQuestionsError(`${maxQuestions} questions wait for their answers`);
    // Aborting a question makes the shares more equal only if the other source keeps at least as many as this
    // one gets.
    if (most <= own + 1) throw tooMany;
    for (const [key, asking] of this.#asking) {
      if (asking.source === localSource || counts.get(asking.source) !== most) continue;
      this.#asking.delete(key);
      asking.abort.abort(tooMany);
      return;
    }
  }

  #ask({ key, source, ask }: Question<V>): Promise<V> {
    const abort = new AbortController();
    const answer = this.#answered(key, abort.signal, ask);
    const asking = { source, answer, abort };
    this.#asking.set(key, asking);
    return answer.finally(() => {
      if (this.#asking.get(key) === asking) this.#asking.delete(key);
    });
  }

  async #answered(key: string, signal: AbortSignal, ask: Question<V>['ask']): Promise<V> {
    try {
      const answer = await abortable(ask(signal), signal);
      this.#remember(key, answer);
      return answer;
    } catch (error) {
      // The question may fail with an error about the abort.
      signal.throwIfAborted();
      throw error;
    }
  }

  #remember(key: string, answer: V): void {
    const { ttlMs, clock } = this.#options;
    const ttl = ttlMs(answer);
    if (ttl <= 0) return;
    this.#entries.set(key, { answer, until: clock.monotonic() + ttl });
  }
}
