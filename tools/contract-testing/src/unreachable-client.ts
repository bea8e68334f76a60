import { KubeClient } from '@k8s-ccm/controller-runtime';
import type { KubeClientOptions } from '@k8s-ccm/controller-runtime';

/** A client of a server that is not there, for a controller that is not to ask it anything. */
export function unreachableClient(
  options: Pick<KubeClientOptions, 'clock' | 'random' | 'log'>,
): KubeClient {
  return KubeClient.create({
    config: {
      server: 'http://127.0.0.1:1',
      tls: async () => ({ rejectUnauthorized: true }),
      credentials: { headers: async () => ({}), refuse: () => undefined },
      source: 'test',
    },
    userAgent: 'test',
    ...options,
  });
}
