import type { Service, ServicePort, ServiceReport } from '@k8s-ccm/cloud-provider';
import type { ListenerSpec, MemberSpec } from '@k8s-ccm/inspur-sdk';

import { ReportReason } from '../report-reason.ts';
import { serviceOptions } from '../service-options.ts';
import type { ServiceOptions } from '../service-options.ts';
import type { Host } from './hosts.ts';
import { listenerName } from './listener-name.ts';
import { UnsupportedServiceError } from './load-balancer-errors.ts';
import type { SlbReference } from './load-balancer-errors.ts';

/** A listener that the Service asks for. */
export interface DesiredListener {
  readonly spec: ListenerSpec;
  /** The port of its members: the node port. */
  readonly memberPort: number;
}

/** The members of a listener. */
export interface DesiredMembers {
  readonly hosts: readonly Host[];
  /** False if a member that no host explains must stay, see {@link HostSelection.isComplete}. */
  readonly isComplete: boolean;
}

/** Everything that a Service asks of its SLB. */
export interface DesiredLoadBalancer {
  /** An empty id if the Service asks for nothing. */
  readonly slb: SlbReference;
  readonly listeners: readonly DesiredListener[];
  /** The members of every listener. */
  readonly members: DesiredMembers;
}

/** Input of {@link buildLoadBalancer}. */
export interface BuildInput {
  readonly service: Service;
  readonly members: DesiredMembers;
  /** Defaults of the options, from the cloud-config. */
  readonly defaults: Partial<ServiceOptions>;
}

/** What a Service asks for, and what its user must know of it. */
export interface BuildResult {
  readonly desired: DesiredLoadBalancer;
  readonly notices: readonly ServiceReport[];
}

/** The weight of every member, as the Go program set it. */
export const memberWeight = 10;

/**
 * Reads what a Service asks for. Pure: makes no call.
 *
 * @throws OptionError if an annotation has a value that is not allowed
 * @throws UnsupportedServiceError if an SLB cannot do what the Service asks for
 */
export function buildLoadBalancer({ service, members, defaults }: BuildInput): BuildResult {
  const uid = service.metadata?.uid ?? '';
  const options = serviceOptions.parse(service.metadata?.annotations, { defaults });
  const slb = { slbId: options.values.slbId, annotation: options.keys.slbId };
  const notices = options.notices.map(({ message }) => warning('UnknownAnnotation', message));
  if (slb.slbId === '') return { desired: { slb, listeners: [], members }, notices };

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
  return { desired: { slb, listeners: [...listeners.values()], members }, notices };
}

/** Returns the member that a host is for a listener. */
export function memberSpec(host: Host, memberPort: number): MemberSpec {
  return { ...host, port: memberPort, type: 'ECS', weight: memberWeight };
}

interface ListenerPort {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly nodePort: number;
  /** How error texts name the port. */
  readonly origin: string;
}

/** Listeners on service ports come first, so they win over a node port of the same number. */
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
