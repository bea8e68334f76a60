import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '@k8s-ccm/envtest';
import { runReadmeExample } from '@k8s-ccm/foundation/testing';
import { startApiServer } from './testing/manager-scene.ts';

describe('the README', () => {
  it('shows an example that runs', async () => {
    await using apiServer = await startApiServer();
    const run = await runReadmeExample(join(import.meta.dirname, '..'), {
      CCM_CLOUD_PROVIDER: 'example',
      CCM_MASTER: apiServer.url,
      CCM_LEADER_ELECT: 'false',
      CCM_BIND_ADDRESS: '127.0.0.1',
      CCM_SECURE_PORT: String(await freePort()),
      CCM_AUTHENTICATION_SKIP_LOOKUP: 'true',
    });
    expect(run).toMatchObject({ code: 0, stdout: 'running with the provider example\n' });
    expect(run.lines).toBeLessThan(30);
  });
});
