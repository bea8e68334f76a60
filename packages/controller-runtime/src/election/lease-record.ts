import type { Lease } from '@k8s-ccm/cloud-provider';

/** The holder of a lease and its times. */
export interface LeaseRecord {
  /** Empty if the lease has no holder. */
  readonly holder: string;
  readonly durationSeconds: number;
  /** As on the wire. Only compared, never used in a calculation: it comes from another machine's clock. */
  readonly acquireTime: string;
  readonly renewTime: string;
  /** Number of times that the holder changed. */
  readonly transitions: number;
}

/** Returns the record in a lease. Absent fields become empty. */
export function recordOf(lease: Lease): LeaseRecord {
  const spec = lease.spec ?? {};
  return {
    holder: spec.holderIdentity ?? '',
    durationSeconds: spec.leaseDurationSeconds ?? 0,
    acquireTime: spec.acquireTime ?? '',
    renewTime: spec.renewTime ?? '',
    transitions: spec.leaseTransitions ?? 0,
  };
}

/** Returns the lease with this record. Everything else in the lease is kept. */
export function withRecord(lease: Lease, record: LeaseRecord): Lease {
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}

/** Reports whether both records are equal. */
export function sameRecord(a: LeaseRecord, b: LeaseRecord): boolean {
  return (
    a.holder === b.holder &&
    a.durationSeconds === b.durationSeconds &&
    a.acquireTime === b.acquireTime &&
    a.renewTime === b.renewTime &&
    a.transitions === b.transitions
  );
}

/**
 * Formats a time as RFC 3339 with exactly six fractional digits, the only form that the API server accepts as
 * `MicroTime`.
 */
export function microTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}
