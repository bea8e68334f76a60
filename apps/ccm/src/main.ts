import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { runControllerManager } from '@k8s-ccm/controller-manager';
import { registerInspurProvider } from '@k8s-ccm/inspur-provider';
import { cloudNodeController } from '@k8s-ccm/node-controller';
import { cloudNodeLifecycleController } from '@k8s-ccm/node-lifecycle-controller';
import { nodeRouteController } from '@k8s-ccm/route-controller';
import { serviceLbController } from '@k8s-ccm/service-controller';
import { keepHeapSmall } from './small-heap.ts';

keepHeapSmall();

const providers = new CloudProviderRegistry();
registerInspurProvider(providers);

const exitCode = await runControllerManager({
  argv: process.argv.slice(2),
  program: 'ccm',
  // The bundle carries its version; a run from source has none.
  version: process.env['CCM_VERSION'] ?? 'dev',
  commit: process.env['CCM_COMMIT'] ?? '',
  providers,
  controllers: [
    cloudNodeController,
    cloudNodeLifecycleController,
    serviceLbController,
    nodeRouteController,
  ],
});
// Not by process.exitCode: after a second signal, work in flight would still hold the process.
process.exit(exitCode);
