import type { Clock } from '@k8s-ccm/controller-runtime';

/** Records when calls to the cloud last succeeded and failed. */
export class CloudCallLog {
  readonly #clock: Pick<Clock, 'now'>;
  #lastSuccessAt: number | undefined;
  #lastFailureAt: number | undefined;
  #failingSince: number | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Time of the last successful call in epoch milliseconds, or `undefined`. */
  get lastSuccessAt(): number | undefined {
    return this.#lastSuccessAt;
  }

  /** Time of the last failed call in epoch milliseconds, or `undefined`. */
  get lastFailureAt(): number | undefined {
    return this.#lastFailureAt;
  }

  /** Time of the first failed call since the last success, or `undefined`. */
  get failingSince(): number | undefined {
    return this.#failingSince;
  }

  /** Records the result of a call. */
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
