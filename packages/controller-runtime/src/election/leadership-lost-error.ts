/** This process led and must not act anymore: another process leads, or may lead. */
export class LeadershipLostError extends Error {
  override readonly name = 'LeadershipLostError';
  readonly code = 'LEADERSHIP_LOST';
  /** `<namespace>/<name>` of the lease. */
  readonly lease: string;

  constructor(lease: string, why: string, options?: ErrorOptions) {
    super(`lease ${lease}: ${why}`, options);
    this.lease = lease;
  }
}
