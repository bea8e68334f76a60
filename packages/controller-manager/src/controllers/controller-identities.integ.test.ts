import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@k8s-ccm/controller-runtime';
import { until } from '@k8s-ccm/controller-runtime/testing';
import { LeaseApi } from '../testing/lease-api.ts';
import { RunningManager, workingController } from '../testing/running-manager.ts';

describe('accounts of controllers', () => {
  it('do not hold up a stop where the API server gives no token', async () => {
    await using api = await LeaseApi.start();
    const manager = new RunningManager({
      argv: [`--master=${api.url}`, '--leader-elect=false', '--use-service-account-credentials'],
      controllers: ['one', 'two', 'three'].map((name) => workingController(name, new Map())),
    });
    await until('tokens are asked for', () => api.hanging >= 3);
    const askedAt = systemClock.monotonic();
    expect(await manager.stop()).toBe(0);
    expect(systemClock.monotonic() - askedAt).toBeLessThan(10_000);
  }, 60_000);
});
