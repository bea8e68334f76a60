import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runReadmeExample } from '@k8s-ccm/foundation/testing';
import { startTestServer } from './testing/test-server.ts';

describe('the README', () => {
  it('shows an example that runs', async () => {
    await using server = await startTestServer((_request, _incoming, response) => {
      response.end(JSON.stringify([{ id: 'i-1', name: 'node-1' }]));
    });
    const run = await runReadmeExample(join(import.meta.dirname, '..'), {
      API_TOKEN: 'token-1',
      API_URL: `${server.url}/servers`,
    });
    expect(run).toMatchObject({ code: 0, stderr: '', stdout: 'i-1 node-1\n' });
    expect(run.lines).toBeLessThan(30);
    expect(server.seen).toMatchObject([
      { path: '/servers?page=1', headers: { authorization: 'Bearer token-1' } },
    ]);
  });
});
