import type { Clock, Histogram } from '@k8s-ccm/controller-runtime';

/**
 * Measures how long a change of the nodes takes to reach every load balancer. Upstream times its
 * serial pass over all Services; here Services are queued one by one, so a pass lasts from the
 * first key that a node change queued until none is left.
 */
export class NodeSyncPass {
  readonly #outstanding = new Set<string>();
  readonly #clock: Clock;
  readonly #seconds: Histogram | undefined;
  #startedAt = 0;

  constructor(clock: Clock, seconds?: Histogram) {
    this.#clock = clock;
    this.#seconds = seconds;
  }

  /** A node change queued this key. */
  queued(key: string): void {
    if (this.#outstanding.size === 0) this.#startedAt = this.#clock.monotonic();
    this.#outstanding.add(key);
  }

  /** The key was worked on, for whatever reason. */
  finished(key: string): void {
    if (!this.#outstanding.delete(key) || this.#outstanding.size > 0) return;
    this.#seconds?.observe((this.#clock.monotonic() - this.#startedAt) / 1000);
  }
}
