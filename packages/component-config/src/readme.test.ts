import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runReadmeExample } from '@k8s-ccm/foundation/testing';

describe('the README', () => {
  it('shows an example that runs', async () => {
    const run = await runReadmeExample(join(import.meta.dirname, '..'), {
      EXAMPLE_NAME: 'cluster',
    });
    expect(run).toMatchObject({ code: 0, stderr: '', stdout: 'cluster 90000\n' });
    expect(run.lines).toBeLessThan(30);
  });
});
