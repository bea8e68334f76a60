import type { ServiceReport } from '@k8s-ccm/cloud-provider';

import { ReportReason } from '../report-reason.ts';
import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';
import { skipped } from './hosts.ts';
import type { Host } from './hosts.ts';
import { slbsInUse } from './observation.ts';
import type { Observation, ObservedListener } from './observation.ts';

/** Delays until the cloud is asked again for members that it refused, in milliseconds. */
const firstRetryMs = 30_000;
const maxRetryMs = 1_800_000;
const quotaRetryMs = 600_000;

/** Returns what the user must know of hosts that are not members, once for each host and SLB. */
export function memberNotices(
  observation: Observation,
  hosts: readonly Host[],
): readonly ServiceReport[] {
  return slbsInUse(observation).flatMap(({ owned, slbId }) => [
    ...refusalNotices(owned, hosts, slbId),
    ...quotaNotices(owned, hosts, slbId),
  ]);
}

/** Returns when to ask again for members that the cloud refused; `undefined` if it refused none. */
export function memberRetryMs(
  observation: Observation,
  hosts: readonly Host[],
): number | undefined {
  const owned = slbsInUse(observation).flatMap(({ owned: listeners }) => listeners);
  const delays = owned.flatMap((listener) => [
    ...hosts.flatMap(({ serverId }) => {
      const tries = listener.refused.get(serverId)?.tries;
      return tries === undefined ? [] : [Math.min(maxRetryMs, firstRetryMs * 2 ** (tries - 1))];
    }),
    ...(isOverQuota(listener, hosts) ? [quotaRetryMs] : []),
  ]);
  return delays.length === 0 ? undefined : Math.min(...delays);
}

function refusalNotices(
  owned: readonly ObservedListener[],
  hosts: readonly Host[],
  slbId: string,
): readonly ServiceReport[] {
  return hosts.flatMap(({ serverId, serverName }) => {
    const refused = owned.flatMap((listener) => listener.refused.get(serverId) ?? []);
    const [reason] = refused.map((server) => server.reason);
    return reason === undefined
      ? []
      : [
          skipped(
            `node "${serverName}" gets no traffic from SLB "${slbId}": ${reason}. Correct its provider ID or its annotation ${instanceIdAnnotation}, or label it node.kubernetes.io/exclude-from-external-load-balancers.`,
          ),
        ];
  });
}

function quotaNotices(
  owned: readonly ObservedListener[],
  hosts: readonly Host[],
  slbId: string,
): readonly ServiceReport[] {
  const full = owned.filter((listener) => isOverQuota(listener, hosts));
  if (full.length === 0) return [];
  const served = Math.min(...full.map(({ members }) => members.length));
  const message = `the member quota of SLB "${slbId}" is reached (AddMembers: code 107.003500): ${served} of ${hosts.length} Nodes get traffic. Raise the quota, or label Nodes node.kubernetes.io/exclude-from-external-load-balancers.`;
  return [{ type: 'Warning', reason: ReportReason.MemberQuotaReached, message }];
}

function isOverQuota(
  { capacity, members, refused }: ObservedListener,
  hosts: readonly Host[],
): boolean {
  if (capacity === undefined) return false;
  const present = new Set(members.map(({ serverId }) => serverId));
  return hosts.some(({ serverId }) => !present.has(serverId) && !refused.has(serverId));
}
