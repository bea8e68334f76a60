import type { LoadBalancer, Node } from '@k8s-ccm/cloud-provider';

import type { ServiceActor } from './service-actor.ts';
import { buildNode, buildNodes, slbIdKey, tcp } from './service-fixtures.ts';

/** Something that happens to a Service, in one step of the service controller. */
export interface FaultStory {
  readonly name: string;
  /** What the process, or an earlier one, has done before. */
  readonly before: (actor: ServiceActor, process: LoadBalancer) => Promise<unknown>;
  /** Whether the process is a new one after that. */
  readonly restarted: boolean;
  /** What the user does. */
  readonly edit: (actor: ServiceActor) => unknown;
  /** The step; again after it failed. */
  readonly act: (actor: ServiceActor, process: LoadBalancer) => Promise<unknown>;
  /** The nodes behind the Service afterwards; none where nothing is left of it. */
  readonly nodes: readonly Node[];
}

/** The ports of the Service at the start. */
export const startPorts = [tcp(80, 30080), tcp(81, 30081)];

const ensuredWith =
  (nodes: readonly Node[], crash = false) =>
  (actor: ServiceActor, process: LoadBalancer): Promise<unknown> =>
    actor.ensure(process, nodes, { crash });

const changedNodes = [
  buildNode('n2', '192.168.9.2'),
  buildNode('n3', '192.168.0.3'),
  ...buildNodes(1),
];

function setNodePort(actor: ServiceActor, ...ports: ReturnType<typeof tcp>[]): void {
  actor.edit((service) => ({ ...service, spec: { ...service.spec, ports } }));
}

/** Stories that between them make every call that the provider ever makes. */
export const faultStories: readonly FaultStory[] = [
  {
    name: 'creation',
    before: async () => undefined,
    restarted: false,
    edit: () => undefined,
    act: ensuredWith(buildNodes(2)),
    nodes: buildNodes(2),
  },
  {
    name: 'change of health check, ports and nodes',
    before: ensuredWith([...buildNodes(2), buildNode('n4', '192.168.0.4')]),
    restarted: true,
    edit: (actor) => {
      actor.annotate('loadbalancer.inspur.com/is-healthcheck', 'true');
      setNodePort(actor, tcp(80, 30090), tcp(443, 30443));
    },
    act: ensuredWith(changedNodes),
    nodes: changedNodes,
  },
  {
    name: 'update of nodes and a node port',
    before: ensuredWith([...buildNodes(2), buildNode('n4', '192.168.0.4')]),
    restarted: false,
    edit: (actor) => setNodePort(actor, tcp(80, 30090), tcp(81, 30081)),
    act: (actor, process) => actor.update(process, changedNodes),
    nodes: changedNodes,
  },
  {
    name: 'move to another SLB',
    before: ensuredWith(buildNodes(2)),
    restarted: true,
    edit: (actor) => actor.annotate(slbIdKey, 'slb-2'),
    act: ensuredWith(buildNodes(2)),
    nodes: buildNodes(2),
  },
  {
    name: 'removal of the SLB id',
    before: ensuredWith(buildNodes(2)),
    restarted: true,
    edit: (actor) => actor.annotate(slbIdKey, undefined),
    act: ensuredWith(buildNodes(2)),
    nodes: [],
  },
  {
    name: 'deletion',
    before: ensuredWith(buildNodes(2)),
    restarted: false,
    edit: () => undefined,
    act: (actor, process) => actor.delete(process),
    nodes: [],
  },
  {
    name: 'deletion after a restart',
    before: ensuredWith(buildNodes(2)),
    restarted: true,
    edit: () => undefined,
    act: (actor, process) => actor.delete(process),
    nodes: [],
  },
  {
    name: 'deletion after a crash before the status was written',
    before: ensuredWith(buildNodes(2), true),
    restarted: true,
    edit: (actor) => actor.annotate(slbIdKey, 'slb-2'),
    act: (actor, process) => actor.delete(process),
    nodes: [],
  },
];
