import type { CallGate, LeaderElector } from '@k8s-ccm/controller-runtime';

type Judge = Pick<LeaderElector, 'assertLeading' | 'assertNotLost'>;

/**
 * Checks before each outgoing request whether this process still holds its Leases. Without leader election, all
 * requests are allowed. A process that was suspended beyond the end of its Lease therefore sends nothing when it
 * resumes.
 */
export class LeadershipGate {
  readonly #leases: Judge[] = [];

  /** Adds a Lease. The first one is the main Lease. */
  add(lease: Judge): void {
    this.#leases.push(lease);
  }

  /**
   * Gate for all requests of this process, including leader election and the last Events.
   * @throws LeadershipLostError after a Lease is lost
   */
  readonly mayCall: CallGate = () => {
    for (const lease of this.#leases) lease.assertNotLost();
  };

  /**
   * Gate for requests that only the leader may send.
   * @throws LeadershipLostError if this process does not lead or has lost a Lease
   */
  readonly mayAct: CallGate = () => {
    this.#leases[0]?.assertLeading();
    this.mayCall();
  };

  /** Returns a gate for requests that require a further Lease. */
  mayActUnder(lease: Judge): CallGate {
    return () => {
      this.mayAct();
      lease.assertLeading();
    };
  }
}
