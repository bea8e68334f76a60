import type { PlannedStep } from '@k8s-ccm/cloud-provider';
import type { Listener } from '@k8s-ccm/inspur-sdk';

import { memberWeight } from './desired-load-balancer.ts';
import { describeClash } from './load-balancer-errors.ts';
import type { ListenerPlan, LoadBalancerPlan } from './load-balancer-plan.ts';

/** A plan in words, in the order in which it would be carried out. */
export function describePlan(plan: LoadBalancerPlan): PlannedStep[] {
  return [
    ...plan.listeners.flatMap(describeListener),
    ...plan.remove.map(describeRemoval),
    ...plan.clashes.map((clash) => ({
      operation: 'None',
      target: `${clash.protocol} port ${clash.port}`,
      detail: describeClash(clash),
    })),
  ];
}

/** The removal of a listener in words. */
export function describeRemoval({ slbId, listenerName, listenerId }: Listener): PlannedStep {
  return {
    operation: 'DeleteListener',
    target: listenerName,
    detail: `remove ${listenerId} from SLB "${slbId}"`,
  };
}

function describeListener({ desired, action, members }: ListenerPlan): PlannedStep[] {
  const { spec, memberPort } = desired;
  const target = spec.listenerName;
  const steps: PlannedStep[] = [];
  if (action.kind === 'create') {
    if (action.replaces !== undefined) steps.push(describeRemoval(action.replaces));
    steps.push({
      operation: 'CreateListener',
      target,
      detail: `${spec.protocol} port ${spec.port}, to node port ${memberPort}`,
    });
  }
  if (action.kind === 'update') {
    steps.push({ operation: 'UpdateListener', target, detail: action.changes.join('; ') });
  }
  const step = (operation: string, servers: readonly { readonly serverId: string }[]): void => {
    if (servers.length > 0)
      steps.push({ operation, target, detail: servers.map(({ serverId }) => serverId).join(', ') });
  };
  step('RemoveMembers', members.replace);
  step('AddMembers', members.add);
  for (const { serverId, port, weight } of members.update) {
    steps.push({
      operation: 'UpdateMember',
      target: `${target}: ${serverId}`,
      detail: `port: ${port} -> ${memberPort}; weight: ${weight} -> ${memberWeight}`,
    });
  }
  step('RemoveMembers', members.remove);
  return steps;
}
