import type { ProviderMetrics } from '@k8s-ccm/cloud-provider';
import type { CloudCall } from '@k8s-ccm/inspur-sdk';

/** Counts what went over the wire; a whole call is its attempts and would count them twice. */
export function countCall(call: CloudCall, metrics: ProviderMetrics): void {
  const { phase, operation, apiCode, status, answer } = call;
  if (phase !== 'attempt') return;
  metrics.observeApiRequest({
    operation,
    code: apiCode ?? String(status ?? 'none'),
    durationSeconds: call.durationMs / 1000,
    answered: answer === 'success' || answer === 'refused',
    retried: call.retried,
    throttled: answer === 'throttled',
    waitSeconds: call.throttledMs / 1000,
  });
}
