import { boolFlag, durationFlag, stringFlag } from '@k8s-ccm/component-config';
import type { FlagTable } from '@k8s-ccm/component-config';

/** The flags of leader election, which stand in the section "generic" (contract.md#flags, contract.md#leader-election). */
export const leaderElectionFlags = {
  'leader-elect': boolFlag({
    default: true,
    section: 'generic',
    doc: 'Work only while holding the lease, so that several replicas can run.',
  }),
  'leader-elect-lease-duration': durationFlag({
    default: 15_000,
    section: 'generic',
    doc: 'How long others wait for a holder that does not renew the lease.',
  }),
  'leader-elect-renew-deadline': durationFlag({
    default: 10_000,
    section: 'generic',
    doc: 'How long the holder tries to renew the lease before it gives up leading. Less than the lease duration.',
  }),
  'leader-elect-resource-lock': stringFlag({
    default: 'leases',
    section: 'generic',
    doc: 'Kind of the object that is the lock; only "leases".',
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
    doc: 'Time between two tries to get or to renew the lease.',
  }),
} as const satisfies FlagTable;
