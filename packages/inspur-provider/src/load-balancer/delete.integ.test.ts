import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { describe, expect, it } from '@jest/globals';

import { Processes, twoSlbs } from '../testing/emulated-cloud.ts';
import { ServiceActor } from '../testing/service-actor.ts';
import { buildNodes, buildService, slbIdKey, tcp } from '../testing/service-fixtures.ts';

const ports = [tcp(80, 30080), tcp(81, 30081)];

describe('deletion', () => {
  it('removes our listeners and nothing else, in three calls for two ports', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const before = emulator.state();
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(process, buildNodes(2));
    processes.operations();
    await expect(actor.delete(process)).resolves.toEqual({
      ingress: [{ ip: '10.0.0.1' }, { ip: '203.0.113.1' }],
    });
    expect(processes.operations()).toEqual(['DeleteListener', 'DeleteListener', 'ListListeners']);
    expect(emulator.state()).toEqual(before);
  });

  it('is done by a process that never saw the Service', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(processes.start(), buildNodes(2));
    processes.operations();
    await actor.delete(processes.start());
    expect(processes.picture()).toEqual([]);
    // Its status does not prove that it is nowhere else: the account is searched once.
    expect(processes.operations()).toEqual([
      'DeleteListener',
      'DeleteListener',
      'GetLoadBalancer',
      ...Array.from({ length: 4 }, () => 'ListListeners'),
      'ListLoadBalancers',
      'ListLoadBalancers',
      'ListLoadBalancers',
    ]);
  });

  it('can be repeated', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    const input = { clusterName: 'kubernetes', service: actor.service };
    await process.ensureDeleted(input, actor.options());
    await process.ensureDeleted(input, actor.options());
    await processes.start().ensureDeleted(input, actor.options());
    await expect(actor.get(process)).resolves.toBeUndefined();
    await expect(actor.get(processes.start())).resolves.toBeUndefined();
    expect(processes.picture()).toEqual([]);
  });

  it('fails where a listener stays, and goes on from there', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'DeleteListener', code: '107.002500', times: 1 }]);
    await expect(actor.delete(process)).rejects.toThrow('107.002500');
    expect(processes.picture()).toHaveLength(1);
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });

  it('does not mind that somebody else was faster', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    // Both see the listener before one of them is the first to remove it.
    emulator.setLatency({ ms: 20 });
    const rivals = [actor, new ServiceActor(actor.service)];
    await Promise.all(rivals.map((rival) => rival.delete(processes.start())));
    const { calls } = emulator.calls();
    const removals = calls.filter(({ operation }) => operation === 'DeleteListener');
    expect(removals.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 404]);
    expect(processes.picture()).toEqual([]);
  });

  it('does not believe that a listener is gone which is still listed', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    emulator.setFaults([{ operation: 'DeleteListener', code: '107.002404', times: 1 }]);
    await expect(actor.delete(process)).rejects.toThrow('107.002404');
    await actor.delete(process);
    expect(processes.picture()).toEqual([]);
  });

  it('is not kept from its work by a bad annotation', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    actor.annotate('loadbalancer.inspur.com/forward-rule', 'sideways').annotate(slbIdKey, 'no id!');
    await actor.delete(processes.start());
    expect(processes.picture()).toEqual([]);
  });

  it('takes listeners of ports that the Service no longer has', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService({ ports }));
    await actor.ensure(processes.start(), buildNodes(1));
    actor.edit((service) => ({
      ...service,
      spec: { ...service.spec, type: 'ClusterIP', ports: [] },
    }));
    await actor.delete(processes.start());
    expect(processes.picture()).toEqual([]);
  });

  it('is followed by a new beginning where the Service comes back', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    const actor = new ServiceActor(buildService());
    await actor.ensure(process, buildNodes(1));
    await actor.delete(process);
    const again = new ServiceActor(buildService());
    await again.ensure(process, buildNodes(1));
    expect(processes.picture()).toEqual(['slb-1 TCP/80 k8s_a000000000004000_TCP_80: ecs-n1:30080']);
    await expect(again.get(process)).resolves.toBeDefined();
  });

  it('has no load balancer to show where somebody removed all listeners', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const actor = new ServiceActor(buildService());
    await actor.ensure(processes.start(), buildNodes(1));
    emulator.replaceState(twoSlbs);
    await expect(actor.get(processes.start())).resolves.toBeUndefined();
  });

  it('names the SLB, or gives upstream’s name where there is none', async () => {
    await using emulator = await startEmulator({ seed: twoSlbs });
    await using processes = new Processes(emulator);
    const process = processes.start();
    expect(process.getName('kubernetes', buildService())).toBe('slb-1');
    expect(process.getName('kubernetes', buildService({ slbId: '' }))).toBe(
      'aa000000000004000800000000000000',
    );
  });
});
