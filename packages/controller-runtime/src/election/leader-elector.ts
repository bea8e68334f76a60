import type { Logger } from '@k8s-ccm/cloud-provider';
import { startDeadline } from '../time/call-deadline.ts';
import type { Timer } from '../time/clock.ts';
import {
  leaderElectionMetrics,
  noLeaderElectionMetrics,
  type LeaderElectionMetrics,
} from './leader-election-metrics.ts';
import type { LeaderElectorOptions } from './leader-elector-options.ts';
import { LeadershipLostError } from './leadership-lost-error.ts';
import {
  checkLeaseTimings,
  defaultLeaseTimings,
  jitterFactor,
  type LeaseTimings,
} from './lease-timings.ts';
import { LeaseLock, type LeaseAttempt } from './lease-lock.ts';

type Settings = LeaderElectorOptions & LeaseTimings & { readonly release: boolean };

/** One term as the leader. */
interface Term {
  readonly work: AbortController;
  readonly lost: PromiseWithResolvers<never>;
}

const defaultHealthToleranceMs = 20_000;

/**
 * Ensures that one process at a time leads (contract.md#leader-election; timings and rules are client-go's).
 *
 * The differences from client-go are all on the safe side. A leader that sees another holder of the lease stops
 * immediately, not after the renew deadline. A process never leads for longer than the lease duration after it sent the
 * last renewal, even if the process was suspended in the meantime. A clean stop releases the lease after the work has
 * ended. A candidate checks the lease every second, not every 2 s to 4.4 s, so that it does not miss a release.
 *
 * Time is measured by the monotonic clock. It advances while a process is stopped (SIGSTOP). On Linux it does not
 * advance while the whole machine is suspended, which no process on the machine can detect.
 *
 * @example
 * const elector = new LeaderElector({ client: client.forUserAgent('leader-election').leases, name, namespace, identity, … });
 * await elector.run(async (signal) => await runControllers(signal), signal);
 */
export class LeaderElector {
  readonly #settings: Settings;
  readonly #lock: LeaseLock;
  readonly #metrics: LeaderElectionMetrics;
  readonly #log: Logger;
  readonly #durationMs: number;
  /**
   * When our last write of the lease was sent, by the monotonic clock. `undefined` before the first write and after a
   * clean stop.
   */
  #renewedAt: number | undefined;
  #term: Term | undefined;
  #loss: LeadershipLostError | undefined;
  #watchdog: Timer | undefined;

  /**
   * @throws RangeError if the timings are inconsistent (contract.md#flag-validation), TypeError if the identity is
   * empty
   */
  constructor(options: LeaderElectorOptions) {
    this.#settings = { ...defaultLeaseTimings, release: true, ...options };
    checkLeaseTimings(this.#settings);
    const { identity, name, namespace, metrics, log, leaseDurationMs, renewDeadlineMs } =
      this.#settings;
    if (identity === '') throw new TypeError('leader election requires an identity');
    const durationSeconds = Math.floor(leaseDurationMs / 1000);
    this.#durationMs = durationSeconds * 1000;
    this.#lock = new LeaseLock({
      ...options,
      durationSeconds,
      timeoutMs: Math.max(1_000, renewDeadlineMs / 2),
    });
    this.#metrics =
      metrics === undefined ? noLeaderElectionMetrics : leaderElectionMetrics(name, metrics);
    this.#metrics.leading(false);
    this.#log = log.child({ lease: `${namespace}/${name}`, identity });
  }

  /** Holder of the lease when it was last read. Empty if the lease had no holder. */
  get leader(): string {
    return this.#lock.holder;
  }

  /**
   * True while this process may act. Checks the clock: after the process was suspended for too long, the value is
   * immediately false, before any timer has fired, and the signal of the work is aborted at the same moment.
   */
  get isLeader(): boolean {
    if (this.#term !== undefined && this.#isOverdue()) this.#lose('not renewed in time');
    return this.#term !== undefined;
  }

  /**
   * Checks that this process leads. Call it right before a write that only the leader may make.
   * @throws LeadershipLostError if this process must not act
   */
  assertLeading(): void {
    if (!this.isLeader) throw this.#loss ?? this.#error('this process is not the leader');
  }

  /**
   * Checks that another process has not taken over. Call it before everything that a process does until it ends,
   * including its last events. @throws LeadershipLostError if this process led and lost the lease
   */
  assertNotLost(): void {
    if (!this.isLeader && this.#loss !== undefined) throw this.#loss;
  }

  /**
   * Stops leading as if the lease had been lost: aborts the work and releases nothing. Does nothing if this process
   * does not lead.
   */
  abandon(why: string, options?: ErrorOptions): void {
    this.#lose(why, options);
  }

  /**
   * Returns false if this process led and did not renew the lease for the lease duration plus `toleranceMs` (default:
   * 20 s): the process is stuck and should have ended. Returns true if this process never led.
   */
  isHealthy(toleranceMs: number = defaultHealthToleranceMs): boolean {
    return !this.#isOverdue(toleranceMs);
  }

  /**
   * Waits for the lease, then runs the work while the lease is held. Resolves after a clean stop: `signal` aborted and
   * the work ended, or the work ended on its own. Until then the lease is renewed; afterward it is released. Errors of
   * the work are rethrown. Call it once: after a loss the process should end, because its work may still be running.
   *
   * @param lead the work; its signal aborts when the work must end
   * @throws LeadershipLostError as soon as the lease is lost, without waiting for the work
   */
  async run(lead: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    const term: Term = { work: new AbortController(), lost: Promise.withResolvers<never>() };
    this.#startTerm(term);
    const stop = (): void => term.work.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const over = new AbortController();
    const renewing = this.#keepRenewing(over.signal);
    try {
      await Promise.race([lead(term.work.signal), term.lost.promise]);
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      over.abort();
      await renewing;
      await this.#endTerm(term);
    }
  }

  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#settings;
    this.#log.info('waiting for the lease');
    let reportedLeader = '';
    try {
      while (!signal.aborted) {
        const outcome = await this.#tryAcquire(signal);
        if (outcome === 'held') return true;
        if (this.leader !== reportedLeader)
          this.#log.info('another process leads', { leader: this.leader });
        reportedLeader = this.leader;
        await clock.sleep(this.#pauseMs(outcome), { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return false;
  }

  /** Randomized, because candidates must not all send requests at the same moment. */
  #pauseMs(outcome: 'taken' | 'failed'): number {
    const { random, retryPeriodMs, standbyPollMs } = this.#settings;
    const share = random.next();
    const pauseMs = retryPeriodMs * (1 + jitterFactor * share);
    return outcome === 'failed' ? pauseMs : Math.min(pauseMs, standbyPollMs * (0.5 + share / 2));
  }

  async #tryAcquire(signal: AbortSignal): Promise<'held' | 'taken' | 'failed'> {
    try {
      const attempt = await this.#lock.tryHold(signal);
      if (attempt.state === 'taken') return 'taken';
      this.#renewedAt = attempt.sentAt;
      if (!this.#isOverdue()) return 'held';
      // The process was suspended before the answer was read.
      this.#renewedAt = undefined;
      return 'failed';
    } catch (error) {
      if (!signal.aborted) this.#log.warn('the lease could not be acquired, retrying', { error });
      return 'failed';
    }
  }

  /** Renews the lease until `over` aborts or the lease is lost. Never rejects. */
  async #keepRenewing(over: AbortSignal): Promise<void> {
    try {
      do await this.#settings.clock.sleep(this.#settings.retryPeriodMs, { signal: over });
      while (await this.#renew(over));
    } catch (error) {
      if (!over.aborted) this.#lose('renewal failed', { cause: error });
    }
  }

  /** Retries until it succeeds or the renew deadline passes. Returns whether this process still leads. */
  async #renew(over: AbortSignal): Promise<boolean> {
    const { clock, renewDeadlineMs, retryPeriodMs } = this.#settings;
    const why = `not renewed within ${renewDeadlineMs} ms`;
    const deadline = startDeadline(renewDeadlineMs, () => this.#error(why), {
      clock,
      signal: over,
    });
    let lastError: unknown;
    try {
      while (this.isLeader) {
        try {
          return this.#takeIn(await this.#lock.tryHold(deadline.signal));
        } catch (error) {
          deadline.signal.throwIfAborted();
          lastError = error;
          this.#log.warn('the lease could not be renewed, retrying', { error });
        }
        await clock.sleep(retryPeriodMs, { signal: deadline.signal });
      }
    } catch (error) {
      if (over.aborted) throw error;
      this.#lose(why, { cause: lastError ?? error });
    } finally {
      deadline.release();
    }
    return false;
  }

  #takeIn(attempt: LeaseAttempt): boolean {
    if (attempt.state === 'taken') {
      this.#lose(`acquired by ${attempt.holder}`);
      return false;
    }
    if (attempt.isSlowPath) this.#metrics.slowPath();
    this.#renewedAt = attempt.sentAt;
    this.#armWatchdog();
    return this.isLeader;
  }

  #startTerm(term: Term): void {
    this.#term = term;
    this.#armWatchdog();
    this.#metrics.leading(true);
    this.#log.info('became leader');
    this.#report('became leader');
  }

  /** Ends a term cleanly. Does nothing after a loss. */
  async #endTerm(term: Term): Promise<void> {
    if (this.#term !== term) return;
    this.#stopTerm();
    this.#renewedAt = undefined;
    this.#log.info('stopped leading');
    if (!this.#settings.release) return;
    try {
      await this.#lock.release(new AbortController().signal);
    } catch (error) {
      this.#log.warn('the lease could not be released, the next leader waits until it expires', {
        error,
      });
    }
  }

  #lose(why: string, options?: ErrorOptions): void {
    const term = this.#term;
    if (term === undefined) return;
    const error = this.#error(why, options);
    this.#loss = error;
    this.#term = undefined;
    // First of all: from now on, nothing may be done.
    term.work.abort(error);
    term.lost.reject(error);
    this.#stopTerm();
    this.#log.error('leadership lost', { error });
  }

  #stopTerm(): void {
    this.#term = undefined;
    this.#watchdog?.cancel();
    this.#metrics.leading(false);
    this.#report('stopped leading');
  }

  /** Detects what nothing else notices: an answer that never arrives, a renewal that is stuck. */
  #armWatchdog(): void {
    const { clock } = this.#settings;
    this.#watchdog?.cancel();
    const restMs = (this.#renewedAt ?? 0) + this.#durationMs - clock.monotonic();
    this.#watchdog = clock.timer(restMs, () => this.#lose('not renewed in time'));
  }

  #isOverdue(toleranceMs = 0): boolean {
    if (this.#renewedAt === undefined) return false;
    return this.#settings.clock.monotonic() - this.#renewedAt >= this.#durationMs + toleranceMs;
  }

  #report(what: string): void {
    const { recorder, identity } = this.#settings;
    recorder?.event(this.#lock.lease, 'Normal', 'LeaderElection', `${identity} ${what}`);
  }

  #error(why: string, options?: ErrorOptions): LeadershipLostError {
    const { namespace, name } = this.#settings;
    return new LeadershipLostError(`${namespace}/${name}`, why, options);
  }
}
