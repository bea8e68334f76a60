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
   * Reports listeners that remain on SLBs that the Service does not use any more.
   *
   * @throws the failures if the Service uses no SLB, because nothing else is left to be done
   */
  reportRemains({ named, options }: ServiceSubject, { leftovers, observation }: ApplyResult): void {
    const remains = remainsOf(observation, named.slbId);
    const failures = [...leftovers.map(adviseOnSlbError), ...(remains ? [remains] : [])];
    if (failures.length === 0) return;
    if (named.slbId === '') throw combineFailures(failures);
    for (const failure of failures) options.report(cleanupPending(describeRemains(failure)));
    options.requeueAfter?.(recheckMs);
  }

  /** Forgets what was told about a Service that has nothing in the cloud. */
  forget(uid: string): void {
    this.#told.delete(uid);
  }
}

function cleanupPending(message: string): ServiceReport {
  return { type: 'Warning', reason: ReportReason.CleanupPending, message };
}
