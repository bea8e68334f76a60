import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry } from '@k8s-ccm/controller-runtime';
import { providerMetrics } from './provider-metrics.ts';

const series = (code: string, le: string): string =>
  `cloudprovider_api_request_duration_seconds_bucket{le="${le}",provider="inspur",operation="ListListeners",code="${code}"}`;

describe('providerMetrics', () => {
  it('counts requests by operation and code, in buckets of seconds', async () => {
    const registry = new MetricsRegistry();
    const metrics = providerMetrics(registry, 'inspur');
    metrics.observeApiRequest({ operation: 'ListListeners', code: '200', durationSeconds: 0.3 });
    metrics.observeApiRequest({ operation: 'ListListeners', code: 'none', durationSeconds: 40 });
    const text = await registry.render();
    expect(text).toContain(`${series('200', '0.25')} 0\n`);
    expect(text).toContain(`${series('200', '0.5')} 1\n`);
    expect(text).toContain(`${series('none', '30')} 0\n`);
    expect(text).toContain(`${series('none', '60')} 1\n`);
  });

  it('says whose certificate is not verified, and nothing of the others', async () => {
    const registry = new MetricsRegistry();
    const metrics = providerMetrics(registry, 'inspur');
    expect(await registry.render()).not.toContain('cloudprovider_tls_verification_disabled{');
    metrics.setTlsVerificationDisabled('ecs');
    expect(await registry.render()).toContain(
      'cloudprovider_tls_verification_disabled{provider="inspur",endpoint="ecs"} 1\n',
    );
  });
});
