import { CloudProviderRegistry } from '@k8s-ccm/cloud-provider';
import { runControllerManager } from '@k8s-ccm/controller-manager';
import { addressBook } from './address-book.ts';

const providers = new CloudProviderRegistry();
// A cloud of which this program needs nothing; a real one is registered in the same way.
providers.register('none', async () => ({ name: 'none' }));

const exitCode = await runControllerManager({
  argv: process.argv.slice(2),
  program: 'address-book-manager',
  providers,
  // Put cloudNodeController, serviceLbController … before it for a whole cloud-controller-manager.
  controllers: [addressBook],
});
process.exit(exitCode);
