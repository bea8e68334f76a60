/** Reasons of the Events that this provider reports on a Service. */
export const ReportReason = {
  /** An annotation resembles one of ours but is not known, or has no effect. */
  UnknownAnnotation: 'UnknownAnnotation',
  /** A Node does not become a member of the load balancer. */
  NodeSkipped: 'NodeSkipped',
  /** The servers of some Nodes cannot be looked up, so no member is removed. */
  NodeLookupFailed: 'NodeLookupFailed',
  /** A quota of the cloud keeps Nodes from becoming members. */
  MemberQuotaReached: 'MemberQuotaReached',
  /** Two listeners of the Service would need the same port. */
  PortShadowed: 'PortShadowed',
  /** Listeners of the Service may remain on an SLB that it does not use any more. */
  CleanupPending: 'CleanupPending',
} as const;
