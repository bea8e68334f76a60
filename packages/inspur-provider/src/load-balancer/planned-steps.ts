import type { PlannedStep } from '@k8s-ccm/cloud-provider';

import { memberWeight } from './desired-load-balancer.ts';
import { describeClash } from './load-balancer-errors.ts';
import type { LoadBalancerPlan, Step } from './load-balancer-plan.ts';

/** Describes a plan in words, in the order in which it is carried out. */
export function describePlan({ steps, clashes }: LoadBalancerPlan): readonly PlannedStep[] {
  return [
    ...steps.flatMap(describeStep),
    ...clashes.map((clash) => ({
      operation: 'None',
      target: `${clash.protocol} port ${clash.port}`,
      detail: describeClash(clash),
    })),
  ];
}

function describeStep(step: Step): readonly PlannedStep[] {
  switch (step.kind) {
    case 'create-listener': {
      const { spec, memberPort } = step.desired;
      const detail = `${spec.protocol} port ${spec.port}, to node port ${memberPort}`;
      return [{ operation: 'CreateListener', target: spec.listenerName, detail }];
    }
    case 'update-listener': {
      const target = step.listener.listenerName;
      return [{ operation: 'UpdateListener', target, detail: step.changes.join('; ') }];
    }
    case 'remove-listener': {
      const { listenerId, listenerName, slbId } = step.listener;
      const detail = `remove ${listenerId} from SLB "${slbId}"`;
      return [{ operation: 'DeleteListener', target: listenerName, detail }];
    }
    case 'add-members':
      return [{ operation: 'AddMembers', target: step.target, detail: serverIds(step.hosts) }];
    case 'remove-members':
      return [{ operation: 'RemoveMembers', target: step.target, detail: serverIds(step.members) }];
    default:
      return describeUpdates(step);
  }
}

function describeUpdates({
  members,
  port: wanted,
  target,
}: Extract<Step, { kind: 'update-members' }>): readonly PlannedStep[] {
  return members.map(({ serverId, port, weight }) => ({
    operation: 'UpdateMember',
    target: `${target}: ${serverId}`,
    detail: `port: ${port} -> ${wanted}; weight: ${weight} -> ${memberWeight}`,
  }));
}

function serverIds(servers: readonly { readonly serverId: string }[]): string {
  return servers.map(({ serverId }) => serverId).join(', ');
}
