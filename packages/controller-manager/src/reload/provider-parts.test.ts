import { describe, expect, it } from '@jest/globals';
import { FakeCloudProvider } from '@k8s-ccm/cloud-provider/testing';
import { providerParts } from './provider-parts.ts';

describe('providerParts', () => {
  it.each([
    [{}, ['loadBalancer', 'loadBalancer.plan', 'instances', 'routes']],
    [{ routes: false, instances: 'none' } as const, ['loadBalancer', 'loadBalancer.plan']],
    [
      { hostKey: () => '', routes: false, instances: 'none' } as const,
      ['loadBalancer', 'loadBalancer.hostKey', 'loadBalancer.plan'],
    ],
    [{ loadBalancer: false, instances: 'none' } as const, ['routes']],
  ])('of a provider with %j are %j', (options, parts) => {
    expect([...providerParts(new FakeCloudProvider(options))]).toEqual(parts);
  });
});
