import type { ServiceReport } from '@k8s-ccm/cloud-provider';

import { ReportReason } from '../report-reason.ts';
import type { HostSelection } from './hosts.ts';
import type { ApplyResult } from './load-balancer-apply.ts';
import { memberNotices, memberRetryMs } from './member-notices.ts';
import { describeRemains, remainsOf } from './remains.ts';
import type { ServiceSubject } from './service-subject.ts';
import { adviseOnSlbError, combineFailures } from './slb-advice.ts';
import type { Wish } from './wish.ts';

/** Delay until the controller looks again for what could not be finished, in milliseconds. */
const recheckMs = 60_000;

/** Tells the users of Services what they must know, and asks for another look where one is due. */
export class ServiceReports {
  /** The messages that the user of each Service has been told. */
  readonly #told = new Map<string, ReadonlySet<string>>();
  /** The same, of listeners that remain on other SLBs. */
  readonly #toldRemains = new Map<string, ReadonlySet<string>>();

  /** Reports each notice once, and again after it was resolved. */
  report(
    { options, uid }: ServiceSubject,
    hosts: HostSelection,
    wish: Wish,
    { failures, observation }: ApplyResult,
  ): void {
    const notices = [
      ...(wish.error === undefined ? wish.notices : []),
      ...hosts.notices,
      ...memberNotices(observation, hosts.hosts),
    ];
    const told = this.#told.get(uid) ?? new Set();
    const fresh = new Map(notices.map((notice) => [notice.message, notice]));
    for (const [message, notice] of fresh) if (!told.has(message)) options.report(notice);
    // What failed was not looked for, so a notice that is missing may not be resolved.
    const isWhole = failures.length === 0 && wish.error === undefined;
    this.#told.set(uid, new Set([...(isWhole ? [] : told), ...fresh.keys()]));

    const retryMs = memberRetryMs(observation, hosts.hosts);
    if (retryMs !== undefined) options.requeueAfter?.(retryMs);
    if (!hosts.isComplete) options.requeueAfter?.(recheckMs);
  }

  /**
   * Reports listeners that remain on SLBs that the Service does not use any more, once.
   *
   * @throws the failures if the Service uses no SLB, because nothing else is left to be done
   */
  reportRemains(
    { named, options, uid }: ServiceSubject,
    { leftovers, observation }: ApplyResult,
  ): void {
    const remains = remainsOf(observation, named.slbId);
    const failures = [...leftovers.map(adviseOnSlbError), ...(remains ? [remains] : [])];
    if (failures.length > 0 && named.slbId === '') throw combineFailures(failures);
    const told = this.#toldRemains.get(uid);
    const messages = failures.map(describeRemains);
    for (const message of messages) {
      if (told?.has(message) !== true) options.report(cleanupPending(message));
    }
    this.#toldRemains.set(uid, new Set(messages));
    if (failures.length > 0) options.requeueAfter?.(recheckMs);
  }

  /** Forgets what was told about a Service that has nothing in the cloud. */
  forget(uid: string): void {
    this.#told.delete(uid);
    this.#toldRemains.delete(uid);
  }
}

function cleanupPending(message: string): ServiceReport {
  return { type: 'Warning', reason: ReportReason.CleanupPending, message };
}
