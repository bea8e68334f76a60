import { describe, expect, it } from '@jest/globals';

import { buildService, tcp, udp } from '../testing/service-fixtures.ts';
import { buildLoadBalancer, memberSpec } from './desired-load-balancer.ts';
import type { BuildInput, BuildResult } from './desired-load-balancer.ts';

const members = {
  hosts: [{ serverId: 'ecs-n1', serverIp: '192.168.0.1', serverName: 'n1' }],
  isComplete: true,
};

const build = (input: Partial<BuildInput> = {}): BuildResult =>
  buildLoadBalancer({ service: buildService(), members, defaults: {}, ...input });

const listenersOf = ({ desired }: BuildResult): readonly string[] =>
  desired.listeners.map(({ spec, memberPort }) => `${spec.listenerName} -> ${memberPort}`);

describe('buildLoadBalancer', () => {
  it('gives a listener for each port and a member for each node', () => {
    const { desired, notices } = build();
    expect(desired).toEqual({
      slb: {
        slbId: 'slb-1',
        annotation: 'service.beta.kubernetes.io/inspur-load-balancer-slbid',
      },
      listeners: [
        {
          spec: {
            listenerName: 'k8s_a000000000004000_TCP_80',
            protocol: 'TCP',
            port: 80,
            forwardRule: 'RR',
            healthCheck: {
              enabled: false,
              type: 'tcp',
              port: 0,
              periodSeconds: 30,
              timeoutSeconds: 1,
              maxTries: 1,
              domain: '',
              path: '/',
            },
          },
          memberPort: 30080,
        },
      ],
      members,
    });
    expect(notices).toEqual([]);
  });

  it('makes ECS members of weight 10 on the node port', () => {
    const host = { serverId: 'i', serverIp: '10.0.0.1', serverName: 'n' };
    expect(memberSpec(host, 30080)).toEqual({ ...host, port: 30080, type: 'ECS', weight: 10 });
  });

  it.each([
    ['service', ['k8s_a000000000004000_TCP_80 -> 30080', 'k8s_a000000000004000_UDP_80 -> 30081']],
    [
      'node-port',
      ['k8s_a000000000004000_TCP_30080 -> 30080', 'k8s_a000000000004000_UDP_30081 -> 30081'],
    ],
    [
      'both',
      [
        'k8s_a000000000004000_TCP_80 -> 30080',
        'k8s_a000000000004000_UDP_80 -> 30081',
        'k8s_a000000000004000_TCP_30080 -> 30080',
        'k8s_a000000000004000_UDP_30081 -> 30081',
      ],
    ],
  ] as const)('listens by port mode %s', (listenerPortMode, listeners) => {
    const service = buildService({ ports: [tcp(80, 30080), udp(80, 30081)] });
    expect(listenersOf(build({ service, defaults: { listenerPortMode } }))).toEqual(listeners);
  });

  it('gives one listener where the port is its own node port, without a word', () => {
    const service = buildService({ ports: [tcp(30080, 30080)] });
    const result = build({ service, defaults: { listenerPortMode: 'both' } });
    expect(listenersOf(result)).toEqual(['k8s_a000000000004000_TCP_30080 -> 30080']);
    expect(result.notices).toEqual([]);
  });

  it('lets a service port win over another’s node port, and says so', () => {
    const service = buildService({ ports: [tcp(80, 30080), tcp(30080, 30081)] });
    const result = build({ service, defaults: { listenerPortMode: 'both' } });
    expect(listenersOf(result)).toEqual([
      'k8s_a000000000004000_TCP_80 -> 30080',
      'k8s_a000000000004000_TCP_30080 -> 30081',
      'k8s_a000000000004000_TCP_30081 -> 30081',
    ]);
    expect(result.notices.map(({ reason }) => reason)).toEqual(['PortShadowed']);
  });

  it('asks for nothing where no SLB is named', () => {
    expect(build({ service: buildService({ slbId: '' }) }).desired.listeners).toEqual([]);
  });
});
