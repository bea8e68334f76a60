import type { Clock } from '@k8s-ccm/controller-runtime';
import { formatGoDuration } from '@k8s-ccm/foundation';
import type { HealthCheck } from '@k8s-ccm/secure-serving';
import type { CloudCallLog } from './cloud-call-log.ts';

/** Calls must fail for so long, and go on failing, before the check does; in milliseconds. */
const limitMs = 5 * 60_000;

/**
 * Tells when the cloud last did its part. Only what the controllers call anyway counts: a process
 * without work, or one that waits for the lease, is well. The check fails where nothing but failures
 * came for five minutes, the last of them less than five minutes ago: who does not call any more,
 * because its work went away, is well again.
 */
export function cloudApiCheck(
  calls: Pick<CloudCallLog, 'lastSuccessAt' | 'lastFailureAt' | 'failingSince'>,
  clock: Pick<Clock, 'now'>,
): HealthCheck {
  return {
    name: 'cloud-api',
    isHealthy: () => {
      const { failingSince, lastFailureAt = 0 } = calls;
      const now = clock.now();
      const isFailing = failingSince !== undefined && now - failingSince >= limitMs;
      return !isFailing || now - lastFailureAt > limitMs;
    },
    detail: () => {
      const { lastSuccessAt } = calls;
      if (lastSuccessAt === undefined) return 'no good call yet';
      const seconds = Math.max(0, Math.round((clock.now() - lastSuccessAt) / 1000));
      return `last good call ${formatGoDuration(seconds * 1000)} ago`;
    },
  };
}
