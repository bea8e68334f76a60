import type { Clock } from '@k8s-ccm/controller-runtime';

/** How answers are remembered. */
export interface AnswerCacheOptions<V> {
  /** For how long, in milliseconds; 0 is not at all. */
  readonly ttlMs: (answer: V) => number;
  /** The one used longest ago goes first. */
  readonly maxEntries: number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** So many questions wait for their answers that no further one is asked. */
export class TooManyQuestionsError extends Error {
  override readonly name = 'TooManyQuestionsError';
  readonly code = 'TOO_MANY_QUESTIONS';
}

/** Questions at once; whoever knows no good credentials must not keep the API server busy. */
const maxAsking = 100;

interface Entry<V> {
  readonly answer: V;
  readonly until: number;
}

/** Remembers answers for a while; those who ask the same at the same time share one question. Failures are not remembered. */
export class AnswerCache<V> {
  readonly #options: AnswerCacheOptions<V>;
  /** A Map iterates in the order of insertion: the first is the one used longest ago. */
  readonly #entries = new Map<string, Entry<V>>();
  readonly #asking = new Map<string, Promise<V>>();

  constructor(options: AnswerCacheOptions<V>) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The answer for `key`: a remembered one, or what `ask` gives. @throws TooManyQuestionsError, or what `ask` throws */
  async get(key: string, ask: () => Promise<V>): Promise<V> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      if (known.until > this.#options.clock.monotonic()) {
        this.#entries.set(key, known);
        return known.answer;
      }
    }
    const asking = this.#asking.get(key);
    if (asking !== undefined) return asking;
    if (this.#asking.size >= maxAsking) {
      throw new TooManyQuestionsError(`${maxAsking} questions wait for their answers`);
    }
    return this.#ask(key, ask);
  }

  #ask(key: string, ask: () => Promise<V>): Promise<V> {
    const asking = ask()
      .then((answer) => {
        this.#remember(key, answer);
        return answer;
      })
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  #remember(key: string, answer: V): void {
    const { ttlMs, maxEntries, clock } = this.#options;
    const ttl = ttlMs(answer);
    if (ttl <= 0) return;
    this.#entries.set(key, { answer, until: clock.monotonic() + ttl });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }
}
