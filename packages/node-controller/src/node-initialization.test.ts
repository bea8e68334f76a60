import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import type { Node } from '@k8s-ccm/cloud-provider';
import { ApiError } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { NodeInitialization } from './node-initialization.ts';
import { NodeMetrics } from './node-metrics.ts';

const taint = { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' };

const nodeAt = (resourceVersion: string, uid = 'u'): Node => ({
  kind: 'Node',
  metadata: { name: 'n', uid, resourceVersion },
  spec: { taints: [taint] },
});

function refusal(status: number, reason: string): ApiError {
  return new ApiError({ method: 'PATCH', path: '/nodes/n', status, reason, message: reason });
}

interface World {
  /** What a patch of the Node gets; called with the version that it names. */
  readonly patch: (version: string) => Node;
  readonly cached?: () => Node | undefined;
  readonly get?: () => Node;
}

/** Initializes version 1 of the Node; gives how it ended, and when each write was sent. */
async function initialize({ patch, cached, get }: World) {
  const clock = new FakeClock();
  const sentAt: number[] = [];
  const versions: string[] = [];
  let gets = 0;
  const events: string[] = [];
  const initialization = new NodeInitialization({
    instances: {
      exists: async () => true,
      isShutdown: async () => false,
      metadata: async () => ({ providerID: 'fake://1' }),
    },
    nodes: {
      get: async () => {
        gets += 1;
        return get === undefined ? nodeAt(`${100 + gets}`) : get();
      },
      patch: async (_ref, body) => {
        sentAt.push(clock.monotonic());
        const version = /"resourceVersion":"(\d+)"/.exec(JSON.stringify(body))?.[1] ?? '';
        versions.push(version);
        return patch(version);
      },
    },
    store: { get: cached ?? (() => nodeAt('1')) },
    ownWrites: { wrote: () => undefined },
    recorder: { event: (_object, _type, reason) => events.push(reason) },
    metrics: new NodeMetrics(clock, undefined),
    clock,
    random: { next: () => 0.5 },
  });
  const done = initialization
    .run(nodeAt('1'), silentLogger, new AbortController().signal)
    .catch((error: unknown) => error);
  await clock.advance(10_000);
  return { ended: await done, sentAt, versions, gets, events };
}

const conflict = (): never => {
  throw refusal(409, 'Conflict');
};

describe('NodeInitialization', () => {
  it('writes once where nobody is in the way', async () => {
    const { ended, versions, gets, events } = await initialize({ patch: () => nodeAt('2') });
    expect([ended, versions, gets, events]).toEqual(['initialized', ['1'], 0, ['Synced']]);
  });

  it('gives up after twenty conflicts, with a pause after each', async () => {
    const { ended, sentAt, events } = await initialize({ patch: conflict });
    expect(ended).toMatchObject({
      code: 'NODE_SYNC_FAILED',
      message: expect.stringMatching(/^failed to initialize node n: .*409 Conflict/),
      node: 'n',
    });
    expect(sentAt).toEqual(Array.from({ length: 20 }, (_, index) => 75 * index));
    expect(events).toEqual([]);
  });

  it('takes the newer state of the cache after a conflict, and reads nothing', async () => {
    const { ended, versions, gets } = await initialize({
      patch: (version) => (version === '2' ? nodeAt('3') : conflict()),
      cached: () => nodeAt('2'),
    });
    expect([ended, versions, gets]).toEqual(['initialized', ['1', '2'], 0]);
  });

  it('reads the Node where the cache has not seen the other write either', async () => {
    const { ended, versions, gets } = await initialize({
      patch: (version) => (version === '102' ? nodeAt('103') : conflict()),
      cached: () => nodeAt('1'),
    });
    expect([ended, versions, gets]).toEqual(['initialized', ['1', '101', '102'], 2]);
  });

  it('sends nothing where somebody else has done it all meanwhile', async () => {
    const { metadata } = nodeAt('2');
    const done: Node = { kind: 'Node', metadata: metadata ?? {}, spec: { providerID: 'fake://1' } };
    const { ended, versions } = await initialize({ patch: conflict, cached: () => done });
    expect([ended, versions]).toEqual(['initialized', ['1']]);
  });

  it.each<[string, World]>([
    [
      'the write finds no Node',
      {
        patch: () => {
          throw refusal(404, 'NotFound');
        },
      },
    ],
    ['the cache has lost it', { patch: conflict, cached: () => undefined }],
    ['the cache has another one', { patch: conflict, cached: () => nodeAt('2', 'other') }],
    ['the server has another one', { patch: conflict, get: () => nodeAt('2', 'other') }],
    [
      'the server has none',
      {
        patch: conflict,
        get: () => {
          throw refusal(404, 'NotFound');
        },
      },
    ],
  ])('drops the Node where %s', async (_what, world) => {
    const { ended, versions, events } = await initialize(world);
    expect([ended, versions, events]).toEqual(['gone', ['1'], []]);
  });

  it('does not try again what is no conflict', async () => {
    const { ended, versions } = await initialize({
      patch: () => {
        throw refusal(422, 'Invalid');
      },
    });
    expect(ended).toMatchObject({
      message: expect.stringMatching(/^failed to initialize node n: .*422 Invalid/),
    });
    expect(versions).toEqual(['1']);
  });
});
