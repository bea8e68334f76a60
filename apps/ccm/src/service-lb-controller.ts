import type { ControllerDescriptor } from '@k8s-ccm/controller-manager';
import { ServiceController } from '@k8s-ccm/service-controller';

/** Services of type LoadBalancer, under the names that upstream's manager gives the controller. */
export const serviceLbController: ControllerDescriptor = {
  name: 'service-lb-controller',
  aliases: ['service'],
  identity: 'service-controller',
  start({
    provider,
    client,
    informers,
    recorder,
    clusterName,
    flags,
    clock,
    log,
    metrics,
    signal,
  }) {
    const { loadBalancer } = provider;
    if (loadBalancer === undefined) {
      return {
        kind: 'skipped',
        reason: `the cloud provider ${provider.name} has no load balancers`,
      };
    }
    const controller = new ServiceController({
      loadBalancer,
      services: client.services,
      serviceInformer: informers.services,
      nodeInformer: informers.nodes,
      recorder: recorder('service-controller'),
      clusterName,
      concurrency: flags['concurrent-service-syncs'],
      clock,
      log,
      metrics,
    });
    return { kind: 'running', done: controller.run(signal) };
  },
};
