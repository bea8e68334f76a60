import { getEventListeners } from 'node:events';
import type { Clock, Server } from '@k8s-ccm/inspur-sdk';
import { InstanceDirectory, InstanceSnapshot } from '@k8s-ccm/provider-kit';
import type { InstanceAnswer, InstanceSource } from '@k8s-ccm/provider-kit';
import { describe, expect, it } from '@jest/globals';

import { GatedClock } from '../testing/gated-clock.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { buildServer } from '../testing/server-fixtures.ts';
import { GoneServers } from './gone-servers.ts';

type Look = Readonly<Record<string, InstanceAnswer<Server>['kind'] | 'deleted'>>;

/** What one answer of the cloud shows. */
function shown(look: Look): InstanceSnapshot<Server> {
  const items = Object.entries(look).flatMap(([serverId, kind]) =>
    kind === 'found' ? [buildServer({ serverId })] : [],
  );
  return new InstanceSnapshot({ items }, 0, ({ serverId }) => serverId);
}

/** Asks for the servers of each look in turn; gives what is gone by each. */
async function goneBy(
  looks: readonly Look[],
  pauseMs = 30_000,
): Promise<readonly (readonly string[])[]> {
  let look: Look = {};
  let snapshot = shown(look);
  const clock = new VirtualClock(60_000);
  const gone = new GoneServers(
    {
      byId: async (serverId) => {
        const kind = look[serverId] ?? 'absent';
        const startedAt = 0;
        if (kind === 'found') return { kind, startedAt, item: buildServer({ serverId }) };
        if (kind === 'absent') return { kind, startedAt, snapshot };
        if (kind !== 'deleted') return { kind, startedAt };
        return { kind: 'found', startedAt, item: buildServer({ serverId, status: 'deleted' }) };
      },
    },
    clock,
  );
  const results: (readonly string[])[] = [];
  for (const next of looks) {
    look = next;
    snapshot = shown(look);
    const { gone: ids } = await gone.among(Object.keys(next), new AbortController().signal);
    results.push([...ids]);
    await clock.sleep(pauseMs);
  }
  return results;
}

const neverAnswers = (_: string, { signal }: { readonly signal: AbortSignal }) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const there = { a: 'found', b: 'found' } as const;
const missing = { a: 'found', b: 'absent' } as const;

describe('a server', () => {
  it.each<readonly [string, readonly Look[], readonly (readonly string[])[]]>([
    ['is gone once two looks in a row miss it', [missing, missing], [[], ['b']]],
    [
      'is gone once two looks show it as deleted',
      [{ a: 'found', b: 'deleted' }, missing],
      [[], ['b']],
    ],
    ['stays gone', [missing, missing, missing], [[], ['b'], ['b']]],
    ['is not gone where it came back between', [missing, there, missing], [[], [], []]],
    ['is not gone where it cannot be read', [missing, { a: 'found', b: 'unreadable' }], [[], []]],
    [
      'is not gone where something may be missing',
      [missing, { a: 'found', b: 'incomplete' }],
      [[], []],
    ],
    [
      'is not gone where all are: the permission may be',
      [{ b: 'absent' }, { b: 'absent' }],
      [[], []],
    ],
    [
      'is not gone after a look that showed none of all',
      [missing, { a: 'absent', b: 'absent' }, missing],
      [[], [], []],
    ],
    ['is not asked for where there is no route', [{}, {}], [[], []]],
  ])('%s', async (_, looks, expected) => {
    expect(await goneBy(looks)).toEqual(expected);
  });

  it('is looked for every 30 s at most', async () => {
    expect(await goneBy([missing, missing, missing], 29_999)).toEqual([[], [], ['b']]);
    expect(await goneBy([missing, missing, missing, there], 15_000)).toEqual([
      [],
      [],
      ['b'],
      ['b'],
    ]);
    expect(await goneBy([missing, missing, { a: 'found' }], 30_000)).toEqual([[], ['b'], []]);
  });

  it('is not gone while a look fails, which is not made again at once', async () => {
    const clock = new VirtualClock(60_000);
    let asked = 0;
    const gone = new GoneServers(
      {
        byId: async (serverId) => {
          asked += 1;
          if (asked > 4) throw new Error('ECS is down');
          return serverId === 'b'
            ? { kind: 'absent', startedAt: 0, snapshot: shown({ a: 'found' }) }
            : { kind: 'found', startedAt: 0, item: buildServer() };
        },
      },
      clock,
    );
    const { signal } = new AbortController();
    for (const expected of [[], ['b']]) {
      expect([...(await gone.among(['a', 'b'], signal)).gone]).toEqual(expected);
      await clock.sleep(30_000);
    }
    await expect(gone.among(['a', 'b'], signal)).rejects.toThrow('ECS is down');
    expect([...(await gone.among(['a', 'b'], signal)).gone]).toEqual([]);
    expect(asked).toBe(6);
  });

  it('is gone only by an answer that shows another server, however many calls a look takes', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `i-${index}`);
    const hidden = new Set(ids.slice(100, 200));
    let isPermitted = false;
    const calls: (readonly string[])[] = [];
    const source: InstanceSource<Server> = {
      idOf: ({ serverId }) => serverId,
      listAll: async () => ({ items: [] }),
      listByIds: async (asked) => {
        calls.push(asked);
        const isDenied = asked.includes('i-249') && !isPermitted;
        const present = isDenied ? [] : asked.filter((id) => !hidden.has(id));
        return { items: present.map((serverId) => buildServer({ serverId })) };
      },
    };
    const clock = new VirtualClock(4000);
    const { signal } = new AbortController();
    const gone = new GoneServers(new InstanceDirectory({ source, clock, signal }), clock);
    const look = async (): Promise<readonly string[]> => {
      const found = await gone.among(ids, signal);
      await clock.sleep(30_000);
      return [...found.gone];
    };
    expect(await look()).toEqual([]);
    expect(calls).toHaveLength(3);
    // From now on each call asks for servers that were shown.
    calls.length = 0;
    expect(await look()).toEqual([]);
    const witnesses = ['i-0', 'i-1', 'i-2'];
    expect(calls).toHaveLength(3);
    for (const asked of calls) expect(asked).toEqual(expect.arrayContaining(witnesses));
    // The last call, from i-197 on, shows nothing at all.
    expect(await look()).toEqual(ids.slice(100, 197));
    isPermitted = true;
    await look();
    expect(await look()).toEqual([...hidden]);
  });

  it('is not waited for longer than 5 s', async () => {
    const timers: (readonly [number, () => void])[] = [];
    const clock: Clock = Object.assign(new GatedClock(), {
      timer: (ms: number, callback: () => void) => {
        timers.push([ms, callback]);
        return { cancel: () => undefined };
      },
    });
    const asked = new GoneServers({ byId: neverAnswers }, clock).among(
      ['a'],
      new AbortController().signal,
    );
    const [ms, callback] = timers[0] ?? [];
    expect(ms).toBe(5000);
    callback?.();
    await expect(asked).rejects.toThrow('no answer within 5000 ms');
  });

  it('is looked for without a listener that stays on the signal', async () => {
    const { signal } = new AbortController();
    const clock = new VirtualClock(60_000);
    const answer = { kind: 'incomplete', startedAt: 0 } as const;
    const gone = new GoneServers({ byId: async () => answer }, clock);
    for (let look = 0; look < 10; look += 1) {
      await gone.among(['a', 'b'], signal);
      await clock.sleep(30_000);
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
