import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { managerFlags } from '@k8s-ccm/controller-manager';
import type { ControllerContext } from '@k8s-ccm/controller-manager';
import { MetricsRegistry, seededRandom } from '@k8s-ccm/controller-runtime';
import type { EventHandler } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { Cloud, defaultAccount } from '@k8s-ccm/inspur-emulator';
import { createInspurProvider, parseCloudConfig } from '@k8s-ccm/inspur-provider';
import { InspurClient, Secret, accessKeyCredentials } from '@k8s-ccm/inspur-sdk';
import { cloudNodeController } from '@k8s-ccm/node-controller';
import { cloudNodeLifecycleController } from '@k8s-ccm/node-lifecycle-controller';
import { MockAgent } from 'undici';

const region = 'cn-north-3';
const origin = 'http://127.0.0.1:1';
const hourMs = 3_600_000;

/** An emulated cloud that is reached without sockets, on the test's clock. */
function cloudOn(clock: FakeClock): { readonly cloud: Cloud; readonly agent: MockAgent } {
  const cloud = new Cloud({
    region,
    accounts: [defaultAccount],
    now: () => clock.now(),
    random: seededRandom(1),
    tokenLifetimeSeconds: 300,
    clockToleranceMs: 60_000,
    slbCreateMs: 0,
    slbDeleteMs: 0,
  });
  const agent = new MockAgent();
  agent.disableNetConnect();
  const everything = { path: () => true, method: () => true };
  agent
    .get(origin)
    .intercept(everything)
    .reply(({ path, method, headers, body }) => {
      const reply = cloud.handle({
        method,
        target: path,
        headers: Object.fromEntries(new Headers(headers as Record<string, string>)),
        body: typeof body === 'string' ? body : '',
      });
      return {
        statusCode: reply.status,
        data: reply.body,
        responseOptions: { headers: reply.headers },
      };
    })
    .persist();
  return { cloud, agent };
}

/** A Node that has all that its server gives it. */
function settledNode(index: number): Node {
  const name = `worker-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: `uid-${index}`,
      resourceVersion: '1',
      creationTimestamp: '2025-12-01T00:00:00Z',
      labels: {
        'node.kubernetes.io/instance-type': 'c1.large',
        'beta.kubernetes.io/instance-type': 'c1.large',
        'topology.kubernetes.io/zone': 'cn-north-3a',
        'failure-domain.beta.kubernetes.io/zone': 'cn-north-3a',
        'topology.kubernetes.io/region': region,
        'failure-domain.beta.kubernetes.io/region': region,
      },
    },
    spec: { providerID: `incloud://i-${index}` },
    status: {
      addresses: [
        { type: 'Hostname', address: name },
        { type: 'InternalIP', address: addressOf(index) },
      ],
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}

function addressOf(index: number): string {
  return `10.0.${index >> 8}.${index & 255}`;
}

/** Nodes that do not change, and every write that somebody tried. */
function quietCluster(nodes: readonly Node[]) {
  const byName = new Map(nodes.map((node) => [node.metadata?.name ?? '', node]));
  const writes: string[] = [];
  const write =
    (verb: string) =>
    async ({ name }: { readonly name: string }): Promise<never> => {
      writes.push(`${verb} ${name}`);
      throw new Error('nothing is to be written in an idle hour');
    };
  const handlers: EventHandler<Node>[] = [];
  const informer = {
    store: {
      get: (name: string) => byName.get(name),
      list: () => nodes,
      keys: () => [...byName.keys()],
      byIndex: () => [],
    },
    addHandler: (handler: EventHandler<Node>) => {
      handlers.push(handler);
      return { hasSynced: true, remove: () => undefined };
    },
    hasSynced: true,
    waitForSync: async () => undefined,
  };
  return {
    writes,
    informer,
    client: { nodes: { patch: write('patch'), delete: write('delete') } },
    show: () => {
      for (const handler of handlers) for (const node of nodes) handler.onAdd?.(node, true);
    },
  };
}

const flagDefaults = Object.fromEntries(
  Object.entries(managerFlags).map(([name, flag]) => [name, flag.default]),
);

describe('an hour in which nothing happens', () => {
  it('costs a cluster of 5000 nodes at most 700 calls to the cloud, and no write', async () => {
    const clock = new FakeClock({ settleTurns: 40 });
    const { cloud, agent } = cloudOn(clock);
    const nodes = Array.from({ length: 5000 }, (_, index) => settledNode(index));
    cloud.state.upsert({
      servers: nodes.map((node, index) => ({
        serverId: `i-${index}`,
        serverName: node.metadata?.name,
        hostName: node.metadata?.name,
        status: 'active',
        flavorName: 'c1.large',
        regionId: region,
        availabilityZone: 'cn-north-3a',
        privateIps: [addressOf(index)],
      })),
    });
    const { id, secret } = defaultAccount.accessKey;
    const endpoints = { slb: `${origin}/slb`, ecs: `${origin}/ecs/`, vpc: `${origin}/vpc/` };
    const provider = createInspurProvider({
      clock,
      config: await parseCloudConfig(
        JSON.stringify({ region, credentials: { accessKey: { id, secret } }, endpoints }),
        'cloud-config',
      ),
      client: new InspurClient({
        region,
        credentials: accessKeyCredentials({ id, secret: new Secret(secret) }),
        endpoints,
        clock,
        dispatcher: agent,
      }),
    });
    const cluster = quietCluster(nodes);
    const stopping = new AbortController();
    const context = {
      provider,
      clusterName: 'idle',
      flags: flagDefaults,
      client: cluster.client,
      informers: { nodes: cluster.informer },
      recorder: () => ({ event: () => undefined }),
      holdEventsWhile: () => undefined,
      metrics: new MetricsRegistry(),
      clock,
      random: seededRandom(1),
      log: silentLogger,
      signal: stopping.signal,
    } as unknown as ControllerContext;
    const running = [cloudNodeController, cloudNodeLifecycleController].map((controller) => {
      const start = controller.start(context);
      if (start.kind === 'skipped') throw new Error(start.reason);
      return start.done;
    });
    cluster.show();

    await clock.advance(hourMs);

    const { calls } = cloud.log.since(0);
    expect(cluster.writes).toEqual([]);
    expect(calls.filter(({ status }) => status !== 200)).toEqual([]);
    expect(calls.length).toBeGreaterThanOrEqual(11 * 50);
    expect(calls.length).toBeLessThanOrEqual(700);

    stopping.abort(new Error('the hour is over'));
    await clock.advance(60_000);
    await Promise.all(running);
    await provider.close?.();
    await agent.close();
  });
});
