import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Logger, Node, NodeAddress } from '@k8s-ccm/cloud-provider';
import { ApiError } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { AddressRefresh } from './address-refresh.ts';

const taint = { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' };
const internal = (address: string): NodeAddress => ({ type: 'InternalIP', address });

const nodeWith = (fields: {
  readonly name?: string;
  readonly uid?: string;
  readonly addresses?: readonly NodeAddress[];
  readonly taints?: readonly (typeof taint)[];
  readonly nodeIP?: string;
}): Node => ({
  metadata: {
    name: fields.name ?? 'a',
    uid: fields.uid ?? 'u',
    ...(fields.nodeIP === undefined
      ? {}
      : { annotations: { 'alpha.kubernetes.io/provided-node-ip': fields.nodeIP } }),
  },
  spec: { taints: fields.taints ?? [] },
  status: { addresses: fields.addresses ?? [] },
});

interface World {
  readonly nodes: readonly Node[];
  /** What the cloud says, after so many milliseconds. */
  readonly addresses?: (node: Node, at: number) => readonly NodeAddress[] | undefined;
  readonly answerMs?: number;
  readonly writeMs?: number;
  readonly maxAsks?: number;
  readonly maxWrites?: number;
  readonly refuse?: Error;
}

/** Runs the loop with a period of a minute; gives when who was asked and written. */
function refreshing(world: World) {
  const clock = new FakeClock();
  const nodes = new Map(world.nodes.map((node) => [node.metadata?.name ?? '', node]));
  const asks: string[] = [];
  const writes: string[] = [];
  const problems: string[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (message, fields) => problems.push(`${message}: ${String(fields?.['problem'])}`),
  };
  const stopping = new AbortController();
  const { answerMs = 0, writeMs = 0, addresses = () => [internal('10.0.0.1')] } = world;
  const refresh = new AddressRefresh({
    instances: {
      exists: async () => true,
      isShutdown: async () => false,
      metadata: async (node) => {
        asks.push(`${clock.monotonic()} ${node.metadata?.name}`);
        if (answerMs > 0) await clock.sleep(answerMs);
        const nodeAddresses = addresses(node, clock.monotonic());
        return nodeAddresses === undefined ? undefined : { nodeAddresses };
      },
    },
    nodes: {
      patch: async ({ name }, patch) => {
        writes.push(`${clock.monotonic()} ${name} ${JSON.stringify(patch)}`);
        if (writeMs > 0) await clock.sleep(writeMs);
        if (world.refuse !== undefined) throw world.refuse;
        return {};
      },
    },
    store: { list: () => [...nodes.values()] },
    ownWrites: { newest: async (name) => nodes.get(name), wrote: () => undefined },
    periodMs: 60_000,
    maxAsks: world.maxAsks ?? Infinity,
    maxWrites: world.maxWrites ?? 100,
    clock,
    log,
  });
  const done = refresh.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
  };
  return { clock, nodes, asks, writes, problems, stop };
}

const write = (at: number, name: string, uid: string, address: string) =>
  `${at} ${name} ${JSON.stringify({ metadata: { uid }, status: { addresses: [internal(address)] } })}`;

describe('AddressRefresh', () => {
  it('passes at once, and a period after the end of each pass', async () => {
    const { clock, asks, stop } = refreshing({ nodes: [nodeWith({})], answerMs: 5_000 });
    await clock.advance(140_000);
    expect(asks).toEqual(['0 a', '65000 a', '130000 a']);
    await stop();
    expect(clock.timers).toEqual([]);
  });

  it.each<[number, readonly string[]]>([
    [Infinity, ['0 a', '0 b', '0 c']],
    [2, ['0 a', '0 b', '10 c']],
  ])('asks for %p nodes in the same moment', async (maxAsks, expected) => {
    const nodes = ['a', 'b', 'c'].map((name) => nodeWith({ name }));
    const { clock, asks, stop } = refreshing({ nodes, maxAsks, answerMs: 10 });
    await clock.advance(100);
    expect(asks).toEqual(expected);
    await stop();
  });

  it('writes as many nodes at once as it may', async () => {
    const nodes = ['a', 'b', 'c'].map((name) => nodeWith({ name }));
    const { clock, writes, stop } = refreshing({ nodes, maxWrites: 2, writeMs: 10 });
    await clock.advance(100);
    expect(writes).toEqual([
      write(0, 'a', 'u', '10.0.0.1'),
      write(0, 'b', 'u', '10.0.0.1'),
      write(10, 'c', 'u', '10.0.0.1'),
    ]);
    await stop();
  });

  it.each<[string, Node | undefined, readonly string[]]>([
    ['has the address already', nodeWith({ addresses: [internal('10.0.0.1')] }), []],
    ['is gone', undefined, []],
    ['is another one', nodeWith({ uid: 'other' }), []],
    ['waits for its initialization again', nodeWith({ taints: [taint] }), []],
    [
      'has got another address',
      nodeWith({ addresses: [internal('10.0.0.2')] }),
      [write(10, 'a', 'u', '10.0.0.1')],
    ],
  ])('judges a node that %s by the time the cloud answers', async (_what, later, expected) => {
    const { clock, nodes, writes, problems, stop } = refreshing({
      nodes: [nodeWith({})],
      answerMs: 10,
    });
    await clock.advance(5);
    if (later === undefined) nodes.delete('a');
    else nodes.set('a', later);
    await clock.advance(5);
    expect(writes).toEqual(expected);
    expect(problems).toEqual([]);
    await stop();
  });

  it('asks for no node that waits for its initialization', async () => {
    const { clock, asks, stop } = refreshing({
      nodes: [nodeWith({ taints: [taint] }), nodeWith({ name: 'b' })],
    });
    await clock.settle();
    expect(asks).toEqual(['0 b']);
    await stop();
  });

  it('leaves a node alone of which the cloud says nothing', async () => {
    const { clock, writes, problems, stop } = refreshing({
      nodes: [nodeWith({})],
      addresses: () => undefined,
    });
    await clock.settle();
    expect([writes, problems]).toEqual([[], []]);
    await stop();
  });

  it.each<[string, World, readonly string[]]>([
    [
      'a cloud that fails',
      {
        nodes: [nodeWith({})],
        addresses: () => {
          throw new Error('boom');
        },
      },
      ['node addresses not refreshed: boom'],
    ],
    [
      'a node IP that is not valid',
      { nodes: [nodeWith({ nodeIP: 'x' })] },
      [
        'node addresses not refreshed: provided node ip for node "a" is not valid: failed to parse node IP "x": could not parse "x"',
      ],
    ],
    [
      'a write that is refused',
      { nodes: [nodeWith({})], refuse: new Error('refused') },
      ['node addresses not refreshed: refused'],
    ],
    [
      'nothing about a node that is gone',
      {
        nodes: [nodeWith({})],
        refuse: new ApiError({
          method: 'PATCH',
          path: '/nodes/a',
          status: 404,
          reason: 'NotFound',
          message: 'gone',
        }),
      },
      [],
    ],
  ])('logs %s, and tries again in the next period', async (_what, world, expected) => {
    const { clock, asks, problems, stop } = refreshing(world);
    await clock.settle();
    expect(problems).toEqual(expected);
    await clock.advance(60_000);
    expect(asks).toEqual(['0 a', '60000 a']);
    await stop();
  });
});
