import type { Clock } from '@k8s-ccm/controller-runtime';

/** When the cloud was last heard of, well or not; for those who judge whether this replica can do its work. */
export class CloudCallLog {
  readonly #clock: Pick<Clock, 'now'>;
  #lastSuccessAt: number | undefined;
  #lastFailureAt: number | undefined;
  #failingSince: number | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** When the cloud last did its part, in epoch milliseconds; `undefined` where it never has. */
  get lastSuccessAt(): number | undefined {
    return this.#lastSuccessAt;
  }

  /** When a request last came to nothing, in epoch milliseconds; `undefined` where none has. */
  get lastFailureAt(): number | undefined {
    return this.#lastFailureAt;
  }

  /** When the first request since the last success came to nothing; `undefined` where none has. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }

  /** Notes the end of a request. */
  note(answered: boolean): void {
    const now = this.#clock.now();
    if (answered) {
      this.#lastSuccessAt = now;
      this.#failingSince = undefined;
    } else {
      this.#lastFailureAt = now;
      this.#failingSince ??= now;
    }
  }
}
