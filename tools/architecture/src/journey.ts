import type { Journey } from './survey.ts';

/** Where a Service and a Node enter their controller and their provider. */
export const journeys: readonly Journey[] = [
  { kind: 'Service', starts: ['service-lb-controller.ts', 'inspur-load-balancer.ts'] },
  { kind: 'Node', starts: ['cloud-node-controller.ts', 'inspur-instances.ts'] },
];
