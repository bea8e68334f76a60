import type { Clock } from '@k8s-ccm/controller-runtime';
import { formatGoDuration } from '@k8s-ccm/foundation';
import type { HealthCheck } from '@k8s-ccm/secure-serving';
import type { CloudCallLog } from './cloud-call-log.ts';

/** How long calls must fail before the check fails, in milliseconds. */
const limitMs = 5 * 60_000;

/**
 * Health check of the API of the cloud. It only observes calls that the controllers make: a process without
 * work, or one that waits for the Lease, is healthy. The check fails if all calls of the last five minutes
 * failed, and passes again if there were no calls for five minutes.
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
