import type { ServiceReport } from '@k8s-ccm/cloud-provider';

/** Reports each notice of a Service once, and again after it was resolved. */
export class ReportedNotices {
  readonly #told = new Map<string, ReadonlySet<string>>();

  /** `isWhole`: whether a notice that is missing is resolved, or was merely not looked for. */
  report(
    uid: string,
    notices: readonly ServiceReport[],
    {
      isWhole,
      report,
    }: { readonly isWhole: boolean; readonly report: (notice: ServiceReport) => void },
  ): void {
    const told = this.#told.get(uid) ?? new Set();
    const fresh = new Map(notices.map((notice) => [notice.message, notice]));
    for (const [message, notice] of fresh) if (!told.has(message)) report(notice);
    this.#told.set(uid, new Set([...(isWhole ? [] : told), ...fresh.keys()]));
  }

  forget(uid: string): void {
    this.#told.delete(uid);
  }
}
