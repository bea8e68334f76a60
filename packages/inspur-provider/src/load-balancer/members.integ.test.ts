import type { Node, ServiceReport } from '@k8s-ccm/cloud-provider';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { instanceIdAnnotation } from '../servers/instance-id-annotation.ts';
import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNode, buildNodes, buildService, tcp } from '../testing/service-fixtures.ts';

const listener = 'slb-1 TCP/80 k8s_a000000000004000_TCP_80:';
const uninitialized = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  effect: 'NoSchedule',
};

function withoutProviderId(node: Node, more: object = {}): Node {
  const { providerID: _, ...spec } = node.spec ?? {};
  return { ...node, spec: { ...spec, ...more } };
}

function annotated(node: Node, id: string): Node {
  const annotations = { [instanceIdAnnotation]: id };
  return withoutProviderId({ ...node, metadata: { ...node.metadata, annotations } });
}

function inWords(reports: readonly ServiceReport[]): readonly string[] {
  return reports.map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}

/** A cloud with as many servers as Nodes are asked for. */
async function startCloud(servers: number): Promise<Emulator> {
  return await startEmulator({
    seed: {
      ...twoSlbs,
      servers: Array.from({ length: servers }, (_, index) => ({
        serverId: `ecs-n${index + 1}`,
        serverName: `n${index + 1}`,
      })),
    },
  });
}

describe('one bad Node', () => {
  it.each<[string, Node, RegExp]>([
    [
      'has a provider ID of another cloud',
      buildNode('n9', '192.168.0.9', 'k3s://n9'),
      /^Warning NodeSkipped: node "n9" gets no traffic: its provider ID "k3s:\/\/n9" does not belong to INSPUR Cloud/,
    ],
    [
      'has a provider ID of another cloud with a path',
      buildNode('n9', '192.168.0.9', 'aws:///eu-1/i-9'),
      /^Warning NodeSkipped: node "n9" gets no traffic: its provider ID "aws:/,
    ],
    [
      'has a server that was just released',
      buildNode('n9', '192.168.0.9'),
      /^Warning NodeSkipped: node "n9" gets no traffic from SLB "slb-1": the cloud refuses its server "ecs-n9" as a member \(AddMembers: code 107\.101404\)\. Correct/,
    ],
    [
      'has a typo in its annotation',
      annotated(buildNode('n9', '192.168.0.9'), 'ecs-nine'),
      /^Warning NodeSkipped: node "n9" gets no traffic from SLB "slb-1": the cloud refuses its server "ecs-nine"/,
    ],
  ])('that %s is told once and keeps no other from serving', async (_, bad, warning) => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ ports: [tcp(80, 30080), tcp(81, 30081)] }));
    const nodes = [...buildNodes(2), bad];
    await actor.ensure(process, nodes);
    expect(processes.picture()).toEqual([
      `${listener} ecs-n1:30080 ecs-n2:30080`,
      'slb-1 TCP/81 k8s_a000000000004000_TCP_81: ecs-n1:30081 ecs-n2:30081',
    ]);
    expect(actor.addresses).toEqual(['10.0.0.1', '203.0.113.1']);
    expect(inWords(actor.reports)).toEqual([expect.stringMatching(warning)]);

    await actor.ensure(process, nodes);
    await actor.update(process, [...buildNodes(3), bad]);
    await actor.update(process, [...buildNodes(3).slice(1), bad]);
    expect(processes.picture()[0]).toBe(`${listener} ecs-n2:30080 ecs-n3:30080`);
    expect(actor.reports).toHaveLength(1);
  });

  it('costs a Node that joins or leaves no read and no second write', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    const bad = buildNode('n9', '192.168.0.9');
    await actor.ensure(process, [...buildNodes(2), bad]);
    processes.operations();
    await actor.update(process, [...buildNodes(3), bad]);
    expect(processes.operations()).toEqual(['AddMembers']);
    await actor.update(process, [...buildNodes(1), bad]);
    expect(processes.operations()).toEqual(['RemoveMembers']);
  });

  it('becomes a member once the cloud knows its server, with longer and longer delays', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    const nodes = [...buildNodes(1), buildNode('n9', '192.168.0.9')];
    for (let turn = 0; turn < 3; turn++) await actor.ensure(process, nodes);
    expect(actor.requeues).toEqual([30_000, 60_000, 120_000]);
    emulator.patchState({ servers: [{ serverId: 'ecs-n9', serverName: 'n9' }] });
    await actor.ensure(process, nodes);
    expect(processes.picture()).toEqual([`${listener} ecs-n1:30080 ecs-n9:30080`]);
    expect(actor.requeues).toHaveLength(3);
  });

  it('is found among a hundred in a few calls', async () => {
    await using emulator = await startCloud(99);
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), [...buildNodes(99), buildNode('n999', '192.168.9.9')]);
    expect(emulator.state().members).toHaveLength(99);
    const calls = processes.operations().filter((name) => name === 'AddMembers');
    expect(calls.length).toBeLessThanOrEqual(15);
  });

  it('does not cost a call for each of very many', async () => {
    await using emulator = await startCloud(50);
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    const nodes = buildNodes(250);
    await actor.ensure(process, nodes);
    expect(processes.operations().length).toBeLessThan(150);
    for (let turn = 0; turn < 8; turn++) await actor.ensure(process, nodes);
    expect(emulator.state().members).toHaveLength(50);
    processes.operations();
    await actor.ensure(process, nodes);
    expect(processes.operations().length).toBeLessThan(25);
  });

  it.each([
    ['come before all others', 'a', false],
    ['join a Service that serves', 'z', true],
  ])(
    'is one of many that %s, and the Service serves without an error',
    async (_, prefix, isServing) => {
      await using emulator = await startCloud(280);
      await using processes = new Processes(emulator);
      const process = processes.start();
      const actor = new ServiceActor(buildService());
      const bad = Array.from({ length: 20 }, (__, index) =>
        buildNode(`${prefix}${index}`, `192.168.200.${index}`),
      );
      if (isServing) await actor.ensure(process, buildNodes(280));
      await actor.ensure(process, [...buildNodes(280), ...bad]);
      await actor.ensure(process, [...buildNodes(280), ...bad]);
      await actor.ensure(process, [...buildNodes(280), ...bad]);
      expect(emulator.state().members).toHaveLength(280);
      expect(actor.addresses).toEqual(['10.0.0.1', '203.0.113.1']);
      expect(new Set(inWords(actor.reports)).size).toBe(20);
      expect(actor.reports).toHaveLength(20);
    },
  );

  it('is an error of the Service if it is the only one', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    const ensuring = actor.ensure(processes.start(), [buildNode('n9', '192.168.0.9')]);
    await expect(ensuring).rejects.toThrow(
      /listener "k8s_a000000000004000_TCP_80" of SLB "slb-1": .*107\.101404.*Check the provider IDs/s,
    );
  });
});

describe('a Node that is not initialized', () => {
  it('is not a host until it names its server, without any Warning', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(3));
    const joining = withoutProviderId(buildNode('n4', '192.168.0.4'), { taints: [uninitialized] });
    expect(process.hostKey?.(joining)).not.toBe(process.hostKey?.(buildNode('n4', '192.168.0.4')));
    // A Node that left goes although another one is not a host yet.
    await actor.update(process, [...buildNodes(2), joining]);
    expect(processes.picture()).toEqual([`${listener} ecs-n1:30080 ecs-n2:30080`]);
    await actor.update(process, [...buildNodes(2), buildNode('n4', '192.168.0.4')]);
    expect(processes.picture()).toEqual([`${listener} ecs-n1:30080 ecs-n2:30080 ecs-n4:30080`]);
    expect(actor.reports).toEqual([]);
  });
});

describe('a Node without provider ID and annotation', () => {
  it('keeps all members and is told once while the servers cannot be listed', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(3));
    emulator.setFaults([{ operation: 'ListServers', status: 403 }]);
    const unnamed = withoutProviderId(buildNode('n2', '192.168.0.2'));
    for (let turn = 0; turn < 2; turn++) {
      await actor.ensure(process, [...buildNodes(1), unnamed, buildNode('n4', '192.168.0.4')]);
    }
    // ecs-n2 may be the server of n2, and so may ecs-n3.
    expect(processes.picture()).toEqual([
      `${listener} ecs-n1:30080 ecs-n2:30080 ecs-n3:30080 ecs-n4:30080`,
    ]);
    expect(inWords(actor.reports)).toEqual([
      expect.stringMatching(
        /^Warning NodeLookupFailed: node "n2": its server cannot be looked up: .*no member is removed/,
      ),
    ]);
    expect(actor.requeues).toEqual([60_000, 60_000]);
    emulator.setFaults([]);
  });
});

describe('a member quota', () => {
  it('is filled up in the order of the Node names, and told with its numbers', async () => {
    await using emulator = await startCloud(12);
    emulator.setMemberRules({ perListener: 5 });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(9));
    const five = `${listener} ecs-n1:30080 ecs-n2:30080 ecs-n3:30080 ecs-n4:30080 ecs-n5:30080`;
    expect(processes.picture()).toEqual([five]);
    expect(inWords(actor.reports)).toEqual([
      'Warning MemberQuotaReached: the member quota of SLB "slb-1" is reached (AddMembers: code 107.003500): 5 of 9 Nodes get traffic. Raise the quota, or label Nodes node.kubernetes.io/exclude-from-external-load-balancers.',
    ]);
    expect(actor.addresses).not.toEqual([]);

    processes.operations();
    await actor.update(process, buildNodes(9));
    expect(processes.operations()).toEqual([]);
    await actor.ensure(process, buildNodes(9));
    expect(processes.operations().filter((name) => name === 'AddMembers')).toHaveLength(1);
    // The place of a Node that leaves is taken at once.
    await actor.update(process, buildNodes(9).slice(1));
    expect(processes.picture()).toEqual([
      `${listener} ecs-n2:30080 ecs-n3:30080 ecs-n4:30080 ecs-n5:30080 ecs-n6:30080`,
    ]);
    emulator.setMemberRules({ perListener: 0 });
    await actor.ensure(process, buildNodes(9).slice(1));
    expect(emulator.state().members).toHaveLength(8);
  });

  it('of 500 lets 500 of 1000 Nodes serve', async () => {
    await using emulator = await startCloud(1000);
    emulator.setMemberRules({ perListener: 500 });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1000));
    expect(emulator.state().members).toHaveLength(500);
    expect(inWords(actor.reports)).toEqual([expect.stringContaining('500 of 1000 Nodes')]);
  });

  it.each([1, 2, 3])('of %i never leaves a listener without a member', async (quota) => {
    await using emulator = await startCloud(8);
    emulator.setMemberRules({ perListener: quota });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(quota));
    const since = emulator.calls().next;
    const others = buildNodes(quota + 3).slice(quota);
    await actor.update(process, others);
    const { calls } = emulator.calls(since);
    let members = quota;
    let fewest = quota;
    for (const { operation, status, path } of calls) {
      if (status !== 200) continue;
      if (operation === 'RemoveMembers') members -= path.split('backend').length - 2;
      if (operation === 'AddMembers') members = quota;
      fewest = Math.min(fewest, members);
    }
    expect(emulator.state().members).toHaveLength(quota);
    expect(new Set(emulator.state().members.map(({ serverId }) => serverId))).toEqual(
      new Set(others.slice(0, quota).map(({ metadata }) => `ecs-${metadata?.name}`)),
    );
    // With a quota of one, the only place must be left before it can be taken.
    expect(fewest).toBeGreaterThanOrEqual(quota === 1 ? 0 : 1);
  });
});

describe('removals', () => {
  it('do not wait for additions to succeed', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    emulator.setFaults([{ operation: 'AddMembers', code: '107.999500', status: 500 }]);
    const changed = [...buildNodes(1), buildNode('n3', '192.168.0.3')];
    await expect(actor.update(process, changed)).rejects.toThrow('107.999500');
    expect(processes.picture()).toEqual([`${listener} ecs-n1:30080`]);
  });

  it('leave the last member while no other one can be added', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(2));
    emulator.setFaults([{ operation: 'AddMembers', code: '107.999500', status: 500 }]);
    const replaced = [buildNode('n3', '192.168.0.3')];
    await expect(actor.update(process, replaced)).rejects.toThrow('107.999500');
    expect(emulator.state().members).toHaveLength(1);
    emulator.setFaults([]);
    await actor.ensure(process, replaced);
    expect(processes.picture()).toEqual([`${listener} ecs-n3:30080`]);
  });

  it('of 1199 members travel in URLs of at most 4 KiB', async () => {
    await using emulator = await startCloud(1200);
    emulator.setLimits({ urlBytes: 4096 });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1200));
    expect(emulator.state().members).toHaveLength(1200);
    await actor.update(process, buildNodes(1));
    expect(processes.picture()).toEqual([`${listener} ecs-n1:30080`]);
  });
});

describe('a server that is replaced at its address', () => {
  it.each(['no', 'server', 'address'] as const)(
    'becomes a member if the cloud allows no two members of one: %s',
    async (unique) => {
      await using emulator = await startEmulator({ seed: twoSlbs });
      emulator.setMemberRules({ unique });
      await using processes = new Processes(emulator);
      const process = processes.start();
      const actor = new ServiceActor(buildService());
      await actor.ensure(process, buildNodes(2));
      const replaced = [
        buildNode('n1', '192.168.0.1', 'incloud://ecs-n5'),
        ...buildNodes(2).slice(1),
      ];
      await actor.update(process, replaced);
      expect(processes.picture()).toEqual([`${listener} ecs-n2:30080 ecs-n5:30080`]);
      // Two servers that exchange their addresses.
      const exchanged = [
        buildNode('n1', '192.168.0.2', 'incloud://ecs-n5'),
        buildNode('n2', '192.168.0.1'),
      ];
      await actor.ensure(process, exchanged);
      expect(
        emulator
          .state()
          .members.map(({ serverId, serverIp }) => `${serverId} ${serverIp}`)
          .toSorted(),
      ).toEqual(['ecs-n2 192.168.0.1', 'ecs-n5 192.168.0.2']);
      expect(actor.reports).toEqual([]);
    },
  );
});
