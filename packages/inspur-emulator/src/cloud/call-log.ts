/** A call that the emulated cloud received. */
export interface Call {
  /** Number of the call, starting from 1. */
  readonly n: number;
  /** Time of arrival, in epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Path as sent, with its query. */
  readonly path: string;
  /** Name of the operation in the API reference; empty if the request matches no operation. */
  readonly operation: string;
  /** HTTP status of the response; 0 if the connection was reset instead. */
  readonly status: number;
  /** Name of the credential: `keycloak:<client id>`, `token`, `accessKey:<id>`, or empty. Contains no secrets. */
  readonly credential: string;
  /** The caller's `X-Request-Id`; empty if it sent none. */
  readonly requestId: string;
}

/** A page of the call log. */
export interface CallPage {
  /** Value of `since` for the next page. */
  readonly next: number;
  readonly calls: readonly Call[];
}

const kept = 100_000;

/** Log of the last 100 000 calls. */
export class CallLog {
  readonly #ring: Call[] = [];
  readonly #listeners = new Set<(call: Call) => void>();
  #count = 0;

  /** Adds a call, notifies the listeners, and returns its number. */
  add(call: Omit<Call, 'n'>): number {
    const n = this.#count + 1;
    const entry = { n, ...call };
    this.#ring[this.#count % kept] = entry;
    this.#count = n;
    for (const listener of this.#listeners) listener(entry);
    return n;
  }

  /** Calls `listener` for each added call until the returned function is called. */
  listen(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Returns the calls with a number above `n`, oldest first. */
  since(n: number): CallPage {
    const calls: Call[] = [];
    for (let index = Math.max(n, this.#count - kept, 0); index < this.#count; index += 1) {
      const call = this.#ring[index % kept];
      if (call !== undefined) calls.push(call);
    }
    return { next: this.#count, calls };
  }
}
