import type { CallGate, LeaderElector } from '@k8s-ccm/controller-runtime';

type Judge = Pick<LeaderElector, 'assertLeading' | 'assertNotLost'>;

/**
 * Judges what may go out of this process by the leases that it holds; everything may while there is no
 * election. All connections ask it right before they write, so that a process that stood still past its
 * lease sees the time that has passed before it acts, whatever it finds to do first.
 */
export class LeadershipGate {
  readonly #leases: Judge[] = [];

  /** Adds a lease; the first one is the one without which nothing may be done. */
  add(lease: Judge): void {
    this.#leases.push(lease);
  }

  /** For all that this process sends, its candidacy and its last events included. @throws LeadershipLostError once a lease is lost */
  readonly mayCall: CallGate = () => {
    for (const lease of this.#leases) lease.assertNotLost();
  };

  /** For what only the leader does. @throws LeadershipLostError where this process does not lead, or has lost a lease */
  readonly mayAct: CallGate = () => {
    this.#leases[0]?.assertLeading();
    this.mayCall();
  };

  /** For what only the holder of a further lease does. */
  mayActUnder(lease: Judge): CallGate {
    return () => {
      this.mayAct();
      lease.assertLeading();
    };
  }
}
