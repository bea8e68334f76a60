import { LRUCache } from 'lru-cache';
import type { Clock } from '@k8s-ccm/controller-runtime';
import { abortable } from '@k8s-ccm/foundation';
import { localSource } from './client-sources.ts';

/** How answers are remembered. */
export interface AnswerCacheOptions<V> {
  /** For how long, in milliseconds; 0 or less is not at all. */
  readonly ttlMs: (answer: V) => number;
  /** The one used longest ago goes first. */
  readonly maxEntries: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** What is asked, and for whom. */
export interface Question<V> {
  readonly key: string;
  /** Where the request comes from, by `ClientSources`. */
  readonly source: string;
  /** @param signal aborts when others need the place of this question */
  readonly ask: (signal: AbortSignal) => Promise<V>;
}

/** So many questions wait for their answers that this one is not asked, or not any longer. */
export class TooManyQuestionsError extends Error {
  override readonly name = 'TooManyQuestionsError';
  readonly code = 'TOO_MANY_QUESTIONS';
}

/** Questions at once for other hosts, because clients without good credentials must not keep the API server busy. */
export const maxQuestions = 100;
/** Questions at once for one source. Those for this node itself do not count for {@link maxQuestions}. */
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
 * Remembers answers for a while; those who ask the same at the same time share one question. Failures are not
 * remembered. When too many questions wait, the source that has the most of them gives one up for a source that has less.
 */
export class AnswerCache<V> implements Disposable {
  readonly #options: AnswerCacheOptions<V>;
  readonly #entries: LRUCache<string, Entry<V>>;
  /** The oldest first. */
  readonly #asking = new Map<string, Asking<V>>();

  constructor(options: AnswerCacheOptions<V>) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns a remembered answer, or the one that `ask` gives. @throws TooManyQuestionsError, or what `ask` throws */
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

  /** Gives up all questions. */
  [Symbol.dispose](): void {
    for (const { abort } of this.#asking.values()) abort.abort(new Error('no more questions'));
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
    // Giving one up makes the shares more equal only if the other source keeps as many as this one gets.
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
      // What was asked may fail with an error of its own about the abort.
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
