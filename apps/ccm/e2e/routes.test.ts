import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CcmProcess } from './ccm-process.ts';
import type { WireRoute } from './emulator-control.ts';
import type { NodeObject } from './cluster-objects.ts';
import { Sandbox } from './sandbox.ts';
import { until } from './until.ts';

const table = 'rtb-1';
const args = ['--cluster-cidr=10.244.0.0/14', '--route-reconciliation-period=500ms'];
const controller = 'node-route-controller';

const strange = (routeId: string, route: Partial<WireRoute>): WireRoute => ({
  routeId,
  routeTableId: table,
  destination: '10.247.9.0/24',
  nextHopType: 'ECS',
  nextHopId: 'i-stranger',
  description: 'by hand',
  ...route,
});

/** What other people have in the table. */
const strangers: readonly WireRoute[] = [
  strange('s-1', { destination: '0.0.0.0/0', nextHopType: 'NAT', description: '' }),
  strange('s-2', {}),
  strange('s-3', { destination: '10.247.8.0/24', description: 'k8s-ccm/other/n-1' }),
  strange('s-4', { destination: '192.168.0.0/16', description: 'k8s-ccm/e2e/n-1' }),
];

/** The pod CIDR of the node `n-<n>`. */
const cidrOf = (n: number) => `10.${244 + (n >> 8)}.${n & 255}.0/24`;

/** That the first nodes have the servers of their numbers. */
const straight = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [n + 1, `i-${n + 1}`]));

describe('the routes to the pods', () => {
  let sandbox: Sandbox;
  let ccm: CcmProcess | undefined;

  beforeAll(async () => {
    sandbox = await Sandbox.start();
    await sandbox.addServer('i-stranger');
  }, 300_000);
  afterEach(async () => {
    await ccm?.stop();
    for (const { metadata } of await nodes()) await sandbox.deleteNode(metadata.name);
    await sandbox.cloud.setFaults([]);
    await sandbox.cloud.setRoutes([]);
  });
  afterAll(() => sandbox.stop(), 60_000);

  async function nodes(): Promise<readonly NodeObject[]> {
    return (await sandbox.kube.get<{ items: readonly NodeObject[] }>('/api/v1/nodes')).items;
  }

  /** The node `n-<n>`, with its server. */
  async function add(n: number, serverId = `i-${n}`): Promise<void> {
    await sandbox.addServer(serverId);
    await sandbox.addNode(`n-${n}`, { podCIDR: cidrOf(n), providerID: `incloud://${serverId}` });
  }

  const withTable = () => sandbox.cloudConfig(sandbox.keycloak(), { routeTableId: table });

  async function start(...more: readonly string[]): Promise<void> {
    ccm = await sandbox.startCcm({ args: [...args, ...more], cloudConfig: withTable() });
  }

  async function ours(): Promise<readonly WireRoute[]> {
    const { routes } = await sandbox.cloud.state();
    return routes.filter(({ routeId }) => routeId.startsWith('route-'));
  }

  async function others(): Promise<readonly WireRoute[]> {
    const { routes } = await sandbox.cloud.state();
    return routes.filter(({ routeId }) => !routeId.startsWith('route-'));
  }

  /** Waits until our routes lead exactly to these servers, as `<n>: <server>`. */
  async function routed(expected: Readonly<Record<number, string>>): Promise<void> {
    const wanted = Object.entries(expected).map(
      ([n, serverId]) => `${cidrOf(Number(n))} ${serverId} k8s-ccm/e2e/n-${n}`,
    );
    await until('all routes lead where they should', async () => {
      const found = (await ours()).map(
        ({ description, destination, nextHopId }) => `${destination} ${nextHopId} ${description}`,
      );
      if (JSON.stringify(found.toSorted()) === JSON.stringify(wanted.toSorted())) return true;
      throw new Error(`${found.length} routes: ${found.toSorted().join(', ')}`);
    });
  }

  async function unavailable(n: number, status: 'True' | 'False'): Promise<void> {
    await sandbox.untilNode(`n-${n}`, (node) =>
      (node.status.conditions ?? []).some(
        (condition) => condition.type === 'NetworkUnavailable' && condition.status === status,
      ),
    );
  }

  it('are 100 for 100 nodes, each made once, and what others have stays', async () => {
    await sandbox.cloud.setRoutes(strangers);
    for (let n = 1; n <= 100; n += 1) await add(n);
    const mark = await sandbox.mark();
    await start();
    await routed(straight(100));
    for (let n = 1; n <= 100; n += 1) await unavailable(n, 'False');
    expect((await sandbox.changesSince(mark)).filter((name) => /Route/.test(name))).toEqual(
      Array.from({ length: 100 }, () => 'AddRoute'),
    );
    expect(await others()).toEqual(strangers);
    // A new process finds them all.
    await ccm?.stop();
    const again = await sandbox.mark();
    await sandbox.deleteNode('n-100');
    await start();
    await routed(straight(99));
    expect((await sandbox.changesSince(again)).filter((name) => /Route/.test(name))).toEqual([
      'DeleteRoute',
    ]);
    expect(await others()).toEqual(strangers);
  });

  it('are right again within the period when somebody removes one or leads it elsewhere', async () => {
    for (const n of [1, 2, 3]) await add(n);
    await start();
    await routed(straight(3));
    const { routes } = await sandbox.cloud.state();
    const mark = await sandbox.mark();
    await sandbox.cloud.setRoutes(
      routes.flatMap((route) => {
        if (route.destination === cidrOf(1)) return [];
        if (route.destination === cidrOf(2)) return [{ ...route, nextHopId: 'i-3' }];
        return [route];
      }),
    );
    await routed(straight(3));
    // Two runs, each of which looks at most three times, and one that was under way.
    const { calls } = await sandbox.cloud.calls(mark);
    expect(calls.filter(({ operation }) => operation === 'ListRoutes').length).toBeLessThan(10);
    await sandbox.cloud.setRoutes([]);
    await routed(straight(3));
  });

  it('lead to the new server of a node whose server was replaced, and go with the node', async () => {
    for (const n of [1, 2]) await add(n);
    await start();
    await routed(straight(2));
    await sandbox.deleteNode('n-2');
    await add(2, 'i-2-new');
    await routed({ 1: 'i-1', 2: 'i-2-new' });
    await unavailable(2, 'False');
    await sandbox.deleteNode('n-2');
    await routed(straight(1));
  });

  it('are not doubled where somebody else has one to the same destination, which an event names', async () => {
    await sandbox.cloud.setRoutes([strange('s-9', { destination: cidrOf(1) })]);
    await add(1);
    await add(2);
    await start();
    const event = await sandbox.event('n-1', 'FailedToCreateRoute', 's-9');
    expect(event).toMatchObject({
      type: 'Warning',
      message: expect.stringContaining(
        's-9 (to ECS i-stranger, description "by hand"), which leads elsewhere and was not made for this cluster: delete it',
      ),
    });
    await unavailable(1, 'True');
    await routed({ 2: 'i-2' });
    await sandbox.cloud.setRoutes(await ours());
    await routed(straight(2));
    await unavailable(1, 'False');
  });

  it('count as there where somebody else’s leads to the node already', async () => {
    const theirs = strange('s-9', { destination: cidrOf(1), nextHopId: 'i-1' });
    await sandbox.cloud.setRoutes([theirs]);
    await add(1);
    await start();
    await unavailable(1, 'False');
    expect([await ours(), await others()]).toEqual([[], [theirs]]);
  });

  it('are made once, however the cloud fails', async () => {
    for (let n = 1; n <= 10; n += 1) await add(n);
    await sandbox.cloud.setFaults([
      { operation: 'AddRoute', reset: 'after', times: 3 },
      { operation: 'AddRoute', truncate: true, times: 3 },
      { operation: 'AddRoute', status: 503, times: 3 },
      { operation: 'ListRoutes', status: 500, times: 3 },
    ]);
    const mark = await sandbox.mark();
    await start();
    await routed(straight(10));
    // Only the three of which nothing came are sent again.
    expect((await sandbox.changesSince(mark)).filter((name) => /Route/.test(name))).toEqual(
      Array.from({ length: 13 }, () => 'AddRoute'),
    );
  });

  // @see docs/reference/contract.md#case-195
  it('are not kept without a route table, which the log explains, and the rest runs', async () => {
    ccm = await sandbox.startCcm({ args });
    await sandbox.untilLogged(ccm, 'skipped', controller);
    await sandbox.untilLogged(ccm, 'network.routeTableId is not set in the cloud-config');
    const slbId = await sandbox.addSlb();
    await sandbox.addService('beside-routes', { slbId });
    await sandbox.listening(slbId, ['TCP/80']);
    expect(await ccm.stop()).toMatchObject({ code: 0 });
  });

  // @see docs/reference/contract.md#case-196
  it.each([
    ['without --cluster-cidr', [], '--cluster-cidr is empty'],
    ['with --configure-cloud-routes=false', ['--configure-cloud-routes=false'], 'is false'],
  ])('are not kept %s, and the process runs', async (_, more, reason) => {
    ccm = await sandbox.startCcm({ args: more, cloudConfig: withTable() });
    await sandbox.untilLogged(ccm, 'skipped', controller, reason);
    expect(await ccm.stop()).toMatchObject({ code: 0 });
  });

  // @see docs/reference/contract.md#case-197
  it.each([
    ['two of one family', '10.0.0.0/16,10.1.0.0/16', 'not configured as dual stack'],
    ['three', '10.0.0.0/16,fd00::/48,10.1.0.0/16', 'more than max allowed of 2'],
    ['what is none', '10.0.0.0', 'invalid CIDR[0]: 10.0.0.0'],
  ])('end the process with 255 for a --cluster-cidr of %s', async (_, cidrs, says) => {
    ccm = await sandbox.startCcm({
      args: [`--cluster-cidr=${cidrs}`],
      cloudConfig: withTable(),
    });
    expect(await ccm.exited).toEqual({ code: 255, signal: null });
    expect(ccm.output).toContain(says);
  });

  // @see docs/reference/contract.md#case-197
  it('are two for a node with a pod CIDR of each family', async () => {
    await sandbox.addServer('i-dual');
    const podCIDRs = ['10.244.7.0/24', 'fd00:0:0:7::/64'];
    await sandbox.kube.create('/api/v1/nodes', {
      metadata: { name: 'dual' },
      spec: { providerID: 'incloud://i-dual', podCIDR: podCIDRs[0], podCIDRs },
    });
    await start('--cluster-cidr=10.244.0.0/14,fd00::/48');
    await until('both routes are there', async () => {
      const found = (await ours()).map(
        ({ destination, nextHopId }) => `${destination} ${nextHopId}`,
      );
      return found.toSorted().join() === podCIDRs.map((cidr) => `${cidr} i-dual`).join();
    });
    expect(await ccm?.stop()).toMatchObject({ code: 0 });
  });
});
