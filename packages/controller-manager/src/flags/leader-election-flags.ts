import { boolFlag, durationFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of leader election, in the section "generic" (contract.md#flags, contract.md#leader-election). */
export const leaderElectionFlags = {
  'leader-elect': boolFlag({
    default: true,
    section: 'generic',
    doc: 'Run controllers only while holding the Lease, so that several replicas can run.',
  }),
  'leader-elect-lease-duration': durationFlag({
    default: 15_000,
    section: 'generic',
    doc: 'How long other replicas wait before they acquire a Lease that its holder does not renew.',
  }),
  'leader-elect-renew-deadline': durationFlag({
    default: 10_000,
    section: 'generic',
    doc: 'How long the leader tries to renew the Lease before it stops leading. Must be less than the lease duration.',
  }),
  'leader-elect-resource-lock': stringFlag({
    default: 'leases',
    section: 'generic',
    doc: 'Resource type of the lock. Only "leases" is supported.',
  }),
  'leader-elect-resource-name': stringFlag({
    default: 'cloud-controller-manager',
    section: 'generic',
    doc: 'Name of the Lease.',
  }),
  'leader-elect-resource-namespace': stringFlag({
    default: 'kube-system',
    section: 'generic',
    doc: 'Namespace of the Lease.',
  }),
  'leader-elect-retry-period': durationFlag({
    default: 2000,
    section: 'generic',
    doc: 'Interval between attempts to acquire or renew the Lease.',
  }),
} as const satisfies FlagTable;
