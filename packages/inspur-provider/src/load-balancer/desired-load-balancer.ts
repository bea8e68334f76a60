import type { Node, Service, ServicePort, ServiceReport } from '@k8s-ccm/cloud-provider';
import type { ListenerSpec, MemberSpec } from '@k8s-ccm/inspur-sdk';
import { ownerId } from '@k8s-ccm/provider-kit';

import { ReportReason } from '../report-reason.ts';
import { serviceOptions } from '../service-options.ts';
import type { ServiceOptions } from '../service-options.ts';
import { selectHosts } from './hosts.ts';
import type { Host } from './hosts.ts';
import { listenerName } from './listener-name.ts';
import { UnsupportedServiceError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';

/** A listener that is to be, and the port of its members. */
export interface DesiredListener {
  readonly spec: ListenerSpec;
  /** The node port. */
  readonly memberPort: number;
}

/** All that a Service asks of its SLB. */
export interface DesiredLoadBalancer {
  /** An empty id: the Service asks for nothing. */
  readonly slb: SlbReference;
  /** The first 8 characters of the Service's UID. */
  readonly owner: string;
  readonly listeners: readonly DesiredListener[];
  /** The members of every listener. */
  readonly hosts: readonly Host[];
}

/** What {@link buildLoadBalancer} reads. */
export interface BuildInput {
  readonly service: Service;
  readonly nodes: readonly Node[];
  /** Defaults of the options, from the cloud-config. */
  readonly defaults: Partial<ServiceOptions>;
}

/** What is to be, and what the user must know of it. */
export interface BuildResult {
  readonly desired: DesiredLoadBalancer;
  readonly notices: readonly ServiceReport[];
}

/** The weight of every member; the Go program's. inspur.md §2. */
export const memberWeight = 10;

/**
 * Works out what a Service asks for. Pure: no call is made.
 *
 * @throws OptionError where an annotation has a value that is not allowed
 * @throws UnsupportedServiceError where the SLB cannot do what the Service asks for
 */
export function buildLoadBalancer({ service, nodes, defaults }: BuildInput): BuildResult {
  const uid = service.metadata?.uid ?? '';
  const options = serviceOptions.parse(service.metadata?.annotations, { defaults });
  const slb = { slbId: options.values.slbId, annotation: options.keys.slbId };
  const notices = options.notices.map(({ message }) => warning('UnknownAnnotation', message));
  const owner = ownerId(uid);
  if (slb.slbId === '') return { desired: { slb, owner, listeners: [], hosts: [] }, notices };

  const selection = selectHosts(nodes);
  const listeners = new Map<string, DesiredListener>();
  for (const { protocol, port, nodePort, origin } of listenerPorts(service, options.values)) {
    const key = `${protocol}/${port}`;
    const earlier = listeners.get(key);
    if (earlier === undefined) {
      listeners.set(key, {
        spec: {
          listenerName: listenerName(uid, protocol, port),
          protocol,
          port,
          forwardRule: options.values.forwardRule,
          healthCheck: healthCheckOf(options.values),
        },
        memberPort: nodePort,
      });
    } else if (earlier.memberPort !== nodePort) {
      notices.push(
        warning(
          'PortShadowed',
          `${protocol} port ${port} stands for two ports of the Service; ${origin} gets no listener of its own`,
        ),
      );
    }
  }
  return {
    desired: { slb, owner, listeners: [...listeners.values()], hosts: selection.hosts },
    notices: [...notices, ...selection.notices],
  };
}

/** The member that a host is for a listener. */
export function memberSpec(host: Host, memberPort: number): MemberSpec {
  return { ...host, port: memberPort, type: 'ECS', weight: memberWeight };
}

interface ListenerPort {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly nodePort: number;
  /** For error texts. */
  readonly origin: string;
}

/** Listeners on service ports come first: they win where a node port of another has their number. */
function listenerPorts(service: Service, { listenerPortMode }: ServiceOptions): ListenerPort[] {
  const ports = (service.spec?.ports ?? []).map(readPort);
  const onServicePort = listenerPortMode === 'node-port' ? [] : ports;
  const onNodePort =
    listenerPortMode === 'service'
      ? []
      : ports.map(({ protocol, nodePort, origin }) => ({
          protocol,
          port: nodePort,
          nodePort,
          origin: `node port ${nodePort} of ${origin}`,
        }));
  return [...onServicePort, ...onNodePort];
}

function readPort({ name, port, protocol = 'TCP', nodePort = 0 }: ServicePort): ListenerPort {
  const origin = `port ${protocol} ${port}${name === undefined ? '' : ` ("${name}")`}`;
  if (protocol !== 'TCP' && protocol !== 'UDP') {
    throw new UnsupportedServiceError(
      `${origin}: the listeners of an SLB speak TCP and UDP only; remove this port from the Service`,
    );
  }
  if (nodePort === 0) {
    throw new UnsupportedServiceError(
      `${origin} has no node port, through which the SLB reaches the nodes; set spec.allocateLoadBalancerNodePorts to true`,
    );
  }
  return { protocol, port, nodePort, origin };
}

function healthCheckOf(options: ServiceOptions): ListenerSpec['healthCheck'] {
  return {
    enabled: options.healthCheck,
    type: options.healthCheckType,
    port: options.healthCheckPort,
    periodSeconds: options.healthCheckPeriod,
    timeoutSeconds: options.healthCheckTimeout,
    maxTries: options.healthCheckMax,
    domain: options.healthCheckDomain,
    path: options.healthCheckPath,
  };
}

function warning(reason: keyof typeof ReportReason, message: string): ServiceReport {
  return { type: 'Warning', reason: ReportReason[reason], message };
}
