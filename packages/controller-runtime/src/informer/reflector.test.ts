import { describe, expect, it } from '@jest/globals';
import { silentLogger, type KubernetesObject } from '@k8s-ccm/cloud-provider';
import { ApiConnectionError } from '../api/errors/api-connection-error.ts';
import { ApiError } from '../api/errors/api-error.ts';
import { seededRandom } from '../time/random.ts';
import { Reflector } from './reflector.ts';
import type {
  ListOptions,
  ObjectList,
  ResourceClient,
  WatchOptions,
} from '../api/resource-client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { WatchDecodeError } from '../api/watch-decode-error.ts';
import type { WatchEvent } from '../api/watch-event.ts';

type Step = WatchEvent<KubernetesObject> | Error | 'hang';

const expired = apiError(410, 'Expired');
const tooLarge = apiError(504, 'Timeout', [{ reason: 'ResourceVersionTooLarge' }]);
const noWatchList = apiError(422, 'Invalid');
const reset = new ApiConnectionError(
  { method: 'GET', path: '/w', host: 'h', outcome: 'unknown' },
  { cause: new Error('reset') },
);

describe('Reflector', () => {
  it('lists by WatchList and follows the same stream', async () => {
    const world = start([[added('a', 5), added('b', 3), mark(7), added('c', 8), 'hang']]);
    await world.clock.advance(0);
    expect(world.log).toEqual(['replace a@5 b@3', 'ADDED c@8']);
    expect(world.watches).toMatchObject([{ sendInitialEvents: true }]);
    expect(world.watches[0]).not.toHaveProperty('resourceVersion');
    expect(world.lists).toEqual([]);
    expect(world.reflector.lastVersion).toBe('8');
    await world.stop();
  });

  it('applies deletions and changes that arrive before the end mark', async () => {
    const world = start([
      [
        added('a', 1),
        added('b', 2),
        changed('DELETED', 'a', 3),
        changed('MODIFIED', 'b', 4),
        mark(5),
        'hang',
      ],
    ]);
    await world.clock.advance(0);
    expect(world.log).toEqual(['replace b@4']);
    await world.stop();
  });

  it.each([
    ['refuses it with 422', noWatchList],
    ['refuses it with 400', apiError(400, 'BadRequest')],
  ])(
    'lists in pages if the server %s, and does not request a WatchList again',
    async (_, refusal) => {
      const world = start([[refusal], [expired], ['hang']], {
        lists: [page(['a', 1], 10, 'more'), page(['b', 2], 10), page(['b', 2], 20)],
      });
      await world.clock.advance(0);
      expect(world.log).toEqual(['replace a@1 b@2']);
      expect(world.lists).toMatchObject([{ limit: 250 }, { limit: 250, continueToken: 'more' }]);
      expect(world.lists[0]).not.toHaveProperty('resourceVersion');
      expect(world.watches[1]).toMatchObject({ resourceVersion: '10', sendInitialEvents: false });
      await world.clock.advance(60_000);
      expect(world.log).toEqual(['replace a@1 b@2', 'replace b@2']);
      expect(world.lists[2]).toMatchObject({
        resourceVersion: '10',
        resourceVersionMatch: 'NotOlderThan',
      });
      expect(world.watches.map((watch) => watch.sendInitialEvents)).toEqual([true, false, false]);
      await world.stop();
    },
  );

  it('lists in pages if the server never sends the end mark', async () => {
    const world = start([[added('a', 1), 'hang'], ['hang']], { lists: [page(['a', 1], 10)] });
    await world.clock.advance(9_999);
    expect(world.log).toEqual([]);
    await world.clock.advance(1);
    expect(world.log).toEqual(['replace a@1']);
    await world.stop();
  });

  it('lists in pages if the server ended the initial events early, but requests a WatchList the next time', async () => {
    const world = start([[added('a', 1)], [expired], [mark(30), 'hang']], {
      lists: [page(['a', 1], 10)],
    });
    await world.clock.advance(60_000);
    expect(world.log).toEqual(['replace a@1', 'replace ']);
    expect(world.watches[2]).toMatchObject({ sendInitialEvents: true });
    await world.stop();
  });

  it('resumes from the last version after a normal end, without listing again', async () => {
    const world = start([[mark(7), added('c', 8)], [bookmark(12)], ['hang']]);
    await world.clock.advance(60_000);
    expect(world.watches.map((watch) => [watch.sendInitialEvents, watch.resourceVersion])).toEqual([
      [true, undefined],
      [false, '8'],
      [false, '12'],
    ]);
    expect(world.log).toEqual(['replace ', 'ADDED c@8']);
    await world.stop();
  });

  it.each([
    ['a broken connection', reset],
    ['a server error', apiError(503, 'ServiceUnavailable')],
    ['too many requests', apiError(429, 'TooManyRequests')],
    [
      'a stream cut inside an event',
      new WatchDecodeError({ path: '/w', problem: 'truncated', detail: '' }),
    ],
  ])('resumes from the last version after %s', async (_, failure) => {
    const world = start([[mark(7), failure], ['hang']]);
    await world.clock.advance(60_000);
    expect(world.watches[1]).toMatchObject({ sendInitialEvents: false, resourceVersion: '7' });
    expect(world.log).toEqual(['replace ']);
    await world.stop();
  });

  it.each([
    ['410', expired],
    [
      'an event that cannot be read',
      new WatchDecodeError({ path: '/w', problem: 'malformed', detail: '' }),
    ],
    ['a version that the server refuses', apiError(400, 'BadRequest')],
  ])('lists again, not older than its own state, after %s', async (_, failure) => {
    const world = start([
      [added('a', 1), mark(7), failure],
      [added('b', 9), mark(9), 'hang'],
    ]);
    await world.clock.advance(60_000);
    expect(world.watches[1]).toMatchObject({ sendInitialEvents: true, resourceVersion: '7' });
    expect(world.log).toEqual(['replace a@1', 'replace b@9']);
    await world.stop();
  });

  it.each([
    ['410', expired],
    ['504 for a version from the future', tooLarge],
  ])(
    'requests the most recent state immediately if its version is refused with %s',
    async (_, refusal) => {
      const world = start([[mark(70), expired], [refusal], [added('a', 3), mark(5), 'hang']]);
      await world.clock.advance(60_000);
      expect(world.watches[2]).toMatchObject({ sendInitialEvents: true });
      expect(world.watches[2]).not.toHaveProperty('resourceVersion');
      expect(world.log).toEqual(['replace ', 'replace a@3']);
      expect(world.reflector.lastVersion).toBe('5');
      await world.stop();
    },
  );

  it('keeps requesting the most recent state until it arrives, and no longer', async () => {
    const world = start([
      [mark(70), expired],
      [tooLarge],
      [reset],
      [mark(5), expired],
      [mark(9), 'hang'],
    ]);
    await world.clock.advance(60_000);
    expect(world.watches.map(({ resourceVersion }) => resourceVersion)).toEqual([
      undefined,
      '70',
      undefined,
      undefined,
      '5',
    ]);
    await world.stop();
  });

  it('lists without pages if the list expires between two pages', async () => {
    const world = start([[noWatchList], ['hang']], {
      lists: [page(['a', 1], 10, 'more'), expired, page(['a', 1], 12)],
    });
    await world.clock.advance(0);
    expect(world.log).toEqual(['replace a@1']);
    expect(world.lists[2]).not.toHaveProperty('limit');
    expect(world.lists[2]).not.toHaveProperty('continueToken');
    await world.stop();
  });

  it('lists again if resuming is refused repeatedly', async () => {
    const failure = apiError(500, 'InternalError');
    const world = start([
      [mark(7)],
      [failure],
      [failure],
      [failure],
      [failure],
      [failure],
      [mark(9), 'hang'],
    ]);
    await world.clock.advance(300_000);
    expect(world.watches.at(-1)).toMatchObject({ sendInitialEvents: true });
    expect(world.log).toEqual(['replace ', 'replace ']);
    await world.stop();
  });

  it('waits longer and longer for an unreachable server, up to 30 s, and resumes when it returns', async () => {
    const world = start([[mark(7)], ...Array.from({ length: 40 }, () => [reset]), ['hang']]);
    await world.clock.advance(10 * 60_000);
    const gaps = world.watchedAt.slice(2).map((at, i) => at - (world.watchedAt[i + 1] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(800);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(15_000);
    await world.clock.advance(20 * 60_000);
    expect(world.watches).toHaveLength(42);
    expect(world.log).toEqual(['replace ']);
    await world.stop();
  });

  it('starts with the short delay again after a watch that worked', async () => {
    const world = start([
      [mark(7)],
      ...Array.from({ length: 6 }, () => [reset]),
      [bookmark(8), reset],
      ['hang'],
    ]);
    await world.clock.advance(10 * 60_000);
    const [before = 0, last = 0] = world.watchedAt.slice(-2);
    expect(last - before).toBeLessThanOrEqual(1_600);
    await world.stop();
  });

  it('waits between watches that end immediately without an event', async () => {
    const world = start([[mark(7), bookmark(8)], [], [], [], ['hang']]);
    await world.clock.advance(0);
    expect(world.watches).toHaveLength(2);
    await world.clock.advance(60_000);
    expect(world.watches).toHaveLength(5);
    await world.stop();
  });

  it('requests watches of 5 to 10 minutes at random', async () => {
    const world = start([[mark(7)], [bookmark(8)], [bookmark(9)], ['hang']]);
    await world.clock.advance(60_000);
    const seconds = world.watches.map((watch) => watch.timeoutSeconds ?? 0);
    expect(new Set(seconds).size).toBeGreaterThan(1);
    for (const value of seconds) {
      expect(value).toBeGreaterThanOrEqual(300);
      expect(value).toBeLessThanOrEqual(600);
    }
    await world.stop();
  });

  it.each([
    ['watching', [[mark(7), 'hang']]],
    ['waiting', [[reset]]],
    ['loading', [[added('a', 1), 'hang']]],
  ] satisfies [string, Step[][]][])('stops cleanly while %s', async (_, script) => {
    const world = start(script);
    await world.clock.advance(10);
    await world.stop();
    await world.clock.advance(600_000);
    expect(world.watches).toHaveLength(1);
    expect(world.open()).toBe(0);
  });
});

/** A reflector on a scripted client: one list of steps per watch, one response per list call. */
function start(
  watchScripts: readonly (readonly Step[])[],
  { lists = [] }: { readonly lists?: readonly (ObjectList<KubernetesObject> | Error)[] } = {},
) {
  const clock = new FakeClock();
  const log: string[] = [];
  const watches: WatchOptions[] = [];
  const watchedAt: number[] = [];
  const listCalls: ListOptions[] = [];
  let open = 0;
  const client: ResourceClient<KubernetesObject> = {
    get: never,
    create: never,
    update: never,
    patch: never,
    delete: never,
    list: async (options = {}) => {
      const answer = lists[listCalls.push(options) - 1] ?? new Error('no more lists in the script');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async *watch(options = {}) {
      watchedAt.push(clock.monotonic());
      open += 1;
      try {
        for (const step of watchScripts[watches.push(options) - 1] ?? ['hang']) {
          if (step === 'hang') await untilAborted(options.signal);
          else if (step instanceof Error) throw step;
          else yield step;
        }
      } finally {
        open -= 1;
      }
    },
  };
  const controller = new AbortController();
  const reflector = new Reflector({
    name: 'things',
    client,
    target: {
      replace: (objects) => log.push(`replace ${[...objects].map(show).join(' ')}`),
      apply: ({ type, object }) => log.push(`${type} ${show(object)}`),
    },
    clock,
    random: seededRandom(1),
    log: silentLogger,
  });
  const done = reflector.run(controller.signal);
  return {
    clock,
    log,
    watches,
    watchedAt,
    lists: listCalls,
    reflector,
    open: () => open,
    stop: async () => {
      controller.abort(new Error('enough'));
      await done;
    },
  };
}

function never(): never {
  throw new Error('not scripted');
}

async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason));
  return await promise;
}

function thing(name: string, version: number): KubernetesObject {
  return { kind: 'Thing', metadata: { name, resourceVersion: String(version) } };
}

function added(name: string, version: number): Step {
  return changed('ADDED', name, version);
}

function changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', name: string, version: number): Step {
  return { type, object: thing(name, version) };
}

function bookmark(version: number): Step {
  return { type: 'BOOKMARK', resourceVersion: String(version), initialEventsEnd: false };
}

function mark(version: number): Step {
  return { type: 'BOOKMARK', resourceVersion: String(version), initialEventsEnd: true };
}

function page(
  [name, version]: readonly [string, number],
  resourceVersion: number,
  continueToken?: string,
): ObjectList<KubernetesObject> {
  const items = [thing(name, version)];
  return {
    items,
    resourceVersion: String(resourceVersion),
    ...(continueToken === undefined ? {} : { continueToken }),
  };
}

function apiError(
  status: number,
  reason: string,
  causes: readonly { readonly reason: string }[] = [],
): ApiError {
  return new ApiError({
    method: 'GET',
    path: '/w',
    status,
    reason,
    message: 'because',
    details: { causes },
  });
}

function show({ metadata }: KubernetesObject): string {
  return `${metadata?.name}@${metadata?.resourceVersion}`;
}
