// Loads every entry of every published package, and uses those that a program of one's own begins with.
import * as cloudHttp from '@k8s-ccm/cloud-http';
import * as cloudProvider from '@k8s-ccm/cloud-provider';
import * as cloudProviderTesting from '@k8s-ccm/cloud-provider/testing';
import * as componentConfig from '@k8s-ccm/component-config';
import * as controllerManager from '@k8s-ccm/controller-manager';
import * as controllerRuntime from '@k8s-ccm/controller-runtime';
import * as controllerRuntimeTesting from '@k8s-ccm/controller-runtime/testing';
import * as foundation from '@k8s-ccm/foundation';
import * as foundationTesting from '@k8s-ccm/foundation/testing';
import * as inspurEmulator from '@k8s-ccm/inspur-emulator';
import * as inspurProvider from '@k8s-ccm/inspur-provider';
import * as inspurSdk from '@k8s-ccm/inspur-sdk';
import * as nodeController from '@k8s-ccm/node-controller';
import * as nodeLifecycleController from '@k8s-ccm/node-lifecycle-controller';
import * as providerKit from '@k8s-ccm/provider-kit';
import * as routeController from '@k8s-ccm/route-controller';
import * as secureServing from '@k8s-ccm/secure-serving';
import * as secureServingTesting from '@k8s-ccm/secure-serving/testing';
import * as serviceController from '@k8s-ccm/service-controller';

const provider: cloudProvider.CloudProvider = { name: 'mine', hasClusterId: () => false };
const providers = new cloudProvider.CloudProviderRegistry();
inspurProvider.registerInspurProvider(providers);

const options: controllerManager.ControllerManagerOptions = {
  argv: ['--help'],
  providers,
  controllers: [
    nodeController.cloudNodeController,
    nodeLifecycleController.cloudNodeLifecycleController,
    routeController.nodeRouteController,
    serviceController.serviceLbController,
  ],
};

const client = new inspurSdk.InspurClient({
  region: 'cn-north-3',
  credentials: inspurSdk.accessKeyCredentials({
    id: 'AKEXAMPLE',
    secret: new inspurSdk.Secret('secret'),
  }),
});
await client.close();

const loaded: Readonly<Record<string, object>> = {
  cloudHttp,
  cloudProvider,
  cloudProviderTesting,
  componentConfig,
  controllerManager,
  controllerRuntime,
  controllerRuntimeTesting,
  foundation,
  foundationTesting,
  inspurEmulator,
  inspurProvider,
  inspurSdk,
  nodeController,
  nodeLifecycleController,
  providerKit,
  routeController,
  secureServing,
  secureServingTesting,
  serviceController,
};
for (const [name, names] of Object.entries(loaded)) {
  console.log(`${name} ${Object.keys(names).length}`);
}
console.log(`${provider.name} ${options.controllers.length}`);
