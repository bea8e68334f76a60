import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { startControlPlane } from '@k8s-ccm/envtest';
import { runReadmeExample } from '@k8s-ccm/foundation/testing';
import { KubeClient } from './api/kube-client.ts';
import { loadKubeConfig } from './kubeconfig/kube-config.ts';
import { systemClock as clock } from './time/clock.ts';
import { systemRandom as random } from './time/random.ts';

it('the README shows an example that runs against a real API server', async () => {
  await using controlPlane = await startControlPlane();
  const { kubeconfig } = controlPlane;
  const config = await loadKubeConfig({ kubeconfig, clock, log: silentLogger });
  await using closing = new AsyncDisposableStack();
  const client = KubeClient.create({ config, userAgent: 'test', clock, random, log: silentLogger });
  closing.defer(async () => await client.close());
  await client.nodes.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'worker-1' },
    spec: { providerID: 'incloud://i-1' },
  });

  const run = await runReadmeExample(join(import.meta.dirname, '..'), { KUBECONFIG: kubeconfig });
  expect(run).toMatchObject({ code: 0, stderr: '', stdout: 'worker-1 incloud://i-1\n' });
  expect(run.lines).toBeLessThan(30);
}, 60_000);
