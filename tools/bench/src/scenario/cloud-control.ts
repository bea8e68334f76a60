import type { Call, CallPage, CloudSeed, CloudSnapshot } from '@k8s-ccm/inspur-emulator';

/** The emulator's control surface, and the record of the calls that it has received. */
export class CloudControl {
  readonly #url: string;
  readonly #calls: Call[] = [];
  #next = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** All calls as of the last {@link readCalls}, oldest first. */
  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** Brings {@link calls} up to date; costs as much as there are new ones. */
  async readCalls(signal: AbortSignal): Promise<void> {
    const page = await this.#ask<CallPage>(signal, 'GET', `calls?since=${this.#next}`);
    for (const call of page.calls) this.#calls.push(call);
    this.#next = page.next;
  }

  /** Replaces all that the cloud holds. */
  async replace(seed: CloudSeed, signal: AbortSignal): Promise<void> {
    await this.#ask(signal, 'PUT', 'state', seed);
  }

  /** Sets how long every answer is held back, milliseconds. */
  async setLatency(ms: number, signal: AbortSignal): Promise<void> {
    await this.#ask(signal, 'PUT', 'latency', { ms });
  }

  /** All that the cloud holds. Heavy: never while something is measured. */
  state(signal: AbortSignal): Promise<CloudSnapshot> {
    return this.#ask<CloudSnapshot>(signal, 'GET', 'state');
  }

  async #ask<T>(signal: AbortSignal, method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#url}/_emulator/${path}`, {
      method,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(`the emulator refused ${method} ${path}: ${await response.text()}`);
    }
    return (await response.json()) as T;
  }
}
