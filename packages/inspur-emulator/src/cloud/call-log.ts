/** One call that the emulated cloud received. */
export interface Call {
  /** Counted from 1. */
  readonly n: number;
  /** When it arrived, epoch ms. */
  readonly at: number;
  readonly method: string;
  /** As it was sent, with its query. */
  readonly path: string;
  /** Named as in the API's reference, empty where the path asks for nothing known. */
  readonly operation: string;
  /** HTTP status of the answer; 0 where the connection was reset instead. */
  readonly status: number;
  /** Which credential: `keycloak:<client id>`, `token`, `accessKey:<id>`, or empty. Never its secret. */
  readonly credential: string;
  /** The caller's `X-Request-Id`; empty where it sent none. */
  readonly requestId: string;
}

/** A stretch of the record of calls. */
export interface CallPage {
  /** What to ask for next time to get only newer calls. */
  readonly next: number;
  readonly calls: readonly Call[];
}

const kept = 100_000;

/** The record of calls: the last 100 000. */
export class CallLog {
  readonly #ring: Call[] = [];
  readonly #listeners = new Set<(call: Call) => void>();
  #count = 0;

  /** Adds a call, tells the listeners of it, and gives its number. */
  add(call: Omit<Call, 'n'>): number {
    const n = this.#count + 1;
    const entry = { n, ...call };
    this.#ring[this.#count % kept] = entry;
    this.#count = n;
    for (const listener of this.#listeners) listener(entry);
    return n;
  }

  /** Calls `listener` with every call that is added, until the returned function is called. */
  listen(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The calls with a number above `n`, oldest first. */
  since(n: number): CallPage {
    const calls: Call[] = [];
    for (let index = Math.max(n, this.#count - kept, 0); index < this.#count; index += 1) {
      const call = this.#ring[index % kept];
      if (call !== undefined) calls.push(call);
    }
    return { next: this.#count, calls };
  }
}
