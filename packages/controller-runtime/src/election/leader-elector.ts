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

/** One time of leading. */
interface Term {
  readonly work: AbortController;
  readonly lost: PromiseWithResolvers<never>;
}

const defaultHealthToleranceMs = 20_000;

/**
 * Makes sure that one process at a time leads (contract.md#leader-election; timings and rules are client-go's).
 *
 * Differences, all on the safe side: who sees that somebody else holds the lease stops at once, not after the
 * renew deadline; nobody leads for longer than the lease's duration after the last renewal was sent, even if the
 * process stood still meanwhile; a clean stop releases the lease, once the work has ended; and a candidate looks at the
 * lease each second, not each 2 s to 4.4 s, so that it does not sleep through a release.
 *
 * Time is the monotonic clock's. It goes on while a process is stopped (SIGSTOP); on Linux it stands still while the
 * whole machine sleeps, which nobody inside can tell from no time having passed.
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
  /** When our last write of the lease was sent, by the monotonic clock; `undefined` before the first and after a clean stop. */
  #renewedAt: number | undefined;
  #term: Term | undefined;
  #loss: LeadershipLostError | undefined;
  #watchdog: Timer | undefined;

  /** @throws RangeError where the timings do not fit together (contract.md#flag-validation), TypeError for an empty identity */
  constructor(options: LeaderElectorOptions) {
    this.#settings = { ...defaultLeaseTimings, release: true, ...options };
    checkLeaseTimings(this.#settings);
    const { identity, name, namespace, metrics, log, leaseDurationMs, renewDeadlineMs } =
      this.#settings;
    if (identity === '') throw new TypeError('leader election needs an identity');
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

  /** Who held the lease when it was seen last; '' where nobody did. */
  get leader(): string {
    return this.#lock.holder;
  }

  /**
   * True while this process may act. Looks at the clock: after the process stood still for too long it is false
   * at once, before any timer has fired, and the signal given to the work is aborted in the same moment.
   */
  get isLeader(): boolean {
    if (this.#term !== undefined && this.#isOverdue()) this.#lose('not renewed in time');
    return this.#term !== undefined;
  }

  /** For use right before a write that only the leader may make. @throws LeadershipLostError where this process may not act */
  assertLeading(): void {
    if (!this.isLeader) throw this.#loss ?? this.#error('this process does not lead');
  }

  /** For use before all that a process does until its end, its last events included. @throws LeadershipLostError where it led and was overtaken */
  assertNotLost(): void {
    if (!this.isLeader && this.#loss !== undefined) throw this.#loss;
  }

  /** Gives up leading as if the lease had been lost: the work is aborted, nothing is released. Does nothing where this process does not lead. */
  abandon(why: string, options?: ErrorOptions): void {
    this.#lose(why, options);
  }

  /**
   * False when we led and did not renew the lease for its duration and `toleranceMs` (default 20 s) more: then
   * something here is stuck, and the process should have ended. True for who never led.
   */
  isHealthy(toleranceMs: number = defaultHealthToleranceMs): boolean {
    return !this.#isOverdue(toleranceMs);
  }

  /**
   * Waits for the lease, then does the work while it is held. Resolves after a clean stop: `signal` fired and the
   * work ended, or the work ended by itself. The lease is renewed until then, and released. What the work throws is thrown.
   * Meant to be called once: after a loss the process should end, since nobody knows what its work still does.
   *
   * @param lead the work; its signal fires when it must end
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

  /** Drawn, because candidates must not all ask in the same moment. */
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
      // The process stood still before the answer was read.
      this.#renewedAt = undefined;
      return 'failed';
    } catch (error) {
      if (!signal.aborted) this.#log.warn('the lease could not be taken, trying again', { error });
      return 'failed';
    }
  }

  /** Renews until `over` fires or the lease is lost. Never rejects. */
  async #keepRenewing(over: AbortSignal): Promise<void> {
    try {
      do await this.#settings.clock.sleep(this.#settings.retryPeriodMs, { signal: over });
      while (await this.#renew(over));
    } catch (error) {
      if (!over.aborted) this.#lose('renewing failed', { cause: error });
    }
  }

  /** Tries until it succeeds or the renew deadline passes. Returns whether we lead still. */
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
          this.#log.warn('the lease could not be renewed, trying again', { error });
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
      this.#lose(`taken by ${attempt.holder}`);
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

  /** A clean end; does nothing after a loss. */
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
    // First of all: nothing may be done any more.
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

  /** For the case that nothing else notices: an answer that never comes, a renewal that is stuck. */
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
