import type { Service, ServicePort } from '@k8s-ccm/cloud-provider';

import { slbIdKey } from '../src/testing/service-fixtures.ts';

/** What a Service asks for. */
export interface LawWish {
  /** Empty if the Service names no SLB. May be no valid id. */
  readonly slbId: string;
  readonly ports: readonly ServicePort[];
  readonly mode: 'service' | 'node-port' | 'both';
  readonly forwardRule: 'RR' | 'WRR';
  readonly checksHealth: boolean;
  /** A further annotation: one that is misspelled, or one with a value that is not allowed. */
  readonly flaw: 'none' | 'misspelled' | 'bad-value';
  /** SLBs that the user gives up. */
  readonly abandoned: string;
}

/** A listener that a wish asks for. */
export interface WishedListener {
  readonly protocol: string;
  readonly port: number;
  readonly nodePort: number;
}

/** The Service as its user writes it. */
export function serviceOf(uid: string, wish: LawWish): Service {
  const { abandoned, checksHealth, flaw, forwardRule, mode, ports, slbId } = wish;
  const annotations = {
    ...(slbId === '' ? {} : { [slbIdKey]: slbId }),
    'loadbalancer.inspur.com/listener-port-mode': mode,
    'loadbalancer.inspur.com/forward-rule': forwardRule,
    'loadbalancer.inspur.com/is-healthcheck': String(checksHealth),
    ...(flaw === 'misspelled' ? { 'loadbalancer.inspur.com/forward-ruel': 'RR' } : {}),
    ...(flaw === 'bad-value' ? { 'loadbalancer.inspur.com/healthcheck-period': 'often' } : {}),
    ...(abandoned === '' ? {} : { 'loadbalancer.inspur.com/abandon': abandoned }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid, annotations },
    spec: { type: 'LoadBalancer', ports },
    status: { loadBalancer: {} },
  };
}

/** Whether the wish itself can be followed, whatever the cloud holds. */
export function isSound({ flaw, ports, slbId }: LawWish): boolean {
  const isPossible = ports.every(
    ({ nodePort = 0, protocol }) => nodePort !== 0 && protocol !== 'SCTP',
  );
  return flaw !== 'bad-value' && isPossible && slbId !== 'no id!';
}

/** The listeners that a sound wish asks for, by a second reading of the rules. */
export function wishedListeners({ mode, ports }: LawWish): readonly WishedListener[] {
  const all = ports.map(({ nodePort = 0, port, protocol = 'TCP' }) => ({
    protocol,
    port,
    nodePort,
  }));
  const onServicePort = mode === 'node-port' ? [] : all;
  const onNodePort = mode === 'service' ? [] : all.map((one) => ({ ...one, port: one.nodePort }));
  const byKey = new Map<string, WishedListener>();
  for (const one of [...onServicePort, ...onNodePort]) {
    const key = `${one.protocol}/${one.port}`;
    if (!byKey.has(key)) byKey.set(key, one);
  }
  return [...byKey.values()];
}
