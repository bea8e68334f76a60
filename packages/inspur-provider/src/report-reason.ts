/** The reasons of the Events that this provider reports on a Service. */
export const ReportReason = {
  /** An annotation looks like one of ours, and is none or has no effect. */
  UnknownAnnotation: 'UnknownAnnotation',
  /** A node cannot be a member of the load balancer. */
  NodeSkipped: 'NodeSkipped',
  /** Two listeners of the Service would stand on one port. */
  PortShadowed: 'PortShadowed',
} as const;
