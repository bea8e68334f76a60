import type { Logger } from '@k8s-ccm/cloud-provider';
import type { LeaderElectorOptions } from '../election/leader-elector-options.ts';
import { LeaderElector } from '../election/leader-elector.ts';
import { LeadershipLostError } from '../election/leadership-lost-error.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeLeaseServer, type LeaseCallFate } from './fake-lease-server.ts';

const nothing = (): void => undefined;
const silent: Logger = {
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
  child: () => silent,
};

/** The identity in the Lease. */
export const names = { name: 'cloud-controller-manager', namespace: 'kube-system' };

/** A Lease and the members of its election, on one clock. */
export function newElection() {
  const clock = new FakeClock();
  const server = new FakeLeaseServer();
  const join = (identity: string, more: Partial<LeaderElectorOptions> = {}): Member =>
    new Member(clock, server, identity, more);
  return { clock, server, join };
}

/** One process: leads until it is told to stop, and records what happened when. */
export class Member {
  fate: LeaseCallFate = 'answered';
  /** How long the work takes to end, in milliseconds. */
  drainMs = 0;
  /** Reason why the work was told to stop. */
  reason: unknown;
  readonly log: (readonly [string, number])[] = [];
  readonly events: string[] = [];
  readonly stop = new AbortController();
  readonly elector: LeaderElector;
  readonly #clock: FakeClock;

  constructor(
    clock: FakeClock,
    server: FakeLeaseServer,
    identity: string,
    more: Partial<LeaderElectorOptions>,
  ) {
    this.#clock = clock;
    this.elector = new LeaderElector({
      ...names,
      identity,
      client: server.client({ clock, fate: () => this.fate }),
      clock,
      random: { next: () => 0 },
      log: silent,
      recorder: {
        event: (_, type, reason, message) => this.events.push(`${type} ${reason} ${message}`),
      },
      ...more,
    });
  }

  async run(): Promise<void> {
    try {
      await this.elector.run(async (signal) => await this.#work(signal), this.stop.signal);
      this.#note('done');
    } catch (error) {
      this.#note(
        error instanceof LeadershipLostError ? error.message : `unexpected ${String(error)}`,
      );
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.#note('leads');
    await new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.reason = signal.reason;
        this.#note('told to stop');
        resolve(undefined);
      });
    });
    await this.#clock.sleep(this.drainMs);
    this.#note('work ended');
  }

  #note(what: string): void {
    this.log.push([what, this.#clock.monotonic()]);
  }
}
