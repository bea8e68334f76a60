import { describe, expect, it } from '@jest/globals';

import { InstanceDirectory } from './instance-directory.ts';
import type { AskOptions, ByIdOptions } from './instance-directory.ts';
import type { InstanceSnapshot } from './instance-snapshot.ts';
import { FakeSource } from './testing/fake-source.ts';
import type { FakeInstance } from './testing/fake-source.ts';
import { ManualClock } from './testing/manual-clock.ts';

const idsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `i-${index + 1}`);

const lengths = ({ name }: FakeInstance): readonly string[] => [`${name.length}`, `${name.length}`];
const nameKeys = ({ name }: FakeInstance): readonly string[] => [name];
const named = (id: string) => (snapshot: InstanceSnapshot<FakeInstance>) =>
  snapshot.find(nameKeys, `name of ${id}`);

function setUp(ids: readonly string[] = []) {
  const clock = new ManualClock();
  const source = new FakeSource(clock, ids);
  const lifetime = new AbortController();
  const directory = new InstanceDirectory({ source, clock, signal: lifetime.signal });
  const { signal } = new AbortController();
  const ask = (id: string, options: Partial<ByIdOptions> = {}) =>
    directory.byId(id, { signal, ...options });
  const search = (id: string, options: Partial<AskOptions> = {}) =>
    directory.search(named(id), { signal, ...options });
  /** Lets a promise settle in virtual time. */
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    const settled = Promise.allSettled([promise]);
    await clock.advance(100);
    const [outcome] = await settled;
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  };
  return { clock, source, lifetime, directory, ask, search, soon };
}

describe('questions of the same moment', () => {
  it('travel together', async () => {
    const { ask, source, soon } = setUp(idsOf(3));
    const answers = await soon(Promise.all(['i-1', 'i-2', 'i-9', 'i-1'].map((id) => ask(id))));
    const startedAt = 1_700_000_000_010;
    expect(answers).toMatchObject([
      { kind: 'found', item: { id: 'i-1', name: 'name of i-1' }, startedAt },
      { kind: 'found', item: { id: 'i-2', name: 'name of i-2' }, startedAt },
      { kind: 'absent', startedAt },
      { kind: 'found', item: { id: 'i-1', name: 'name of i-1' }, startedAt },
    ]);
    expect(source.calls.map(({ ids }) => ids)).toEqual([['i-1', 'i-2', 'i-9']]);
  });

  it('are those of 10 ms', async () => {
    const { ask, source, clock, soon } = setUp(idsOf(3));
    const first = ask('i-1');
    await clock.advance(9);
    const second = ask('i-2');
    await clock.advance(2);
    const third = ask('i-3');
    await soon(Promise.all([first, second, third]));
    expect(source.picture).toEqual(['2', '1']);
  });

  it('take one call per 100 ids', async () => {
    const { ask, source, soon } = setUp(idsOf(1000));
    await soon(Promise.all(idsOf(1000).map((id) => ask(id))));
    expect(source.picture).toEqual(Array.from({ length: 10 }, () => '100'));
  });

  it('are urgent where one of them is', async () => {
    const { ask, source, soon } = setUp(idsOf(4));
    await soon(Promise.all([ask('i-1'), ask('i-2', { urgent: true })]));
    await soon(ask('i-3'));
    expect(source.calls.map(({ urgent }) => urgent)).toEqual([true, false]);
  });

  it('are answered by one list of all where somebody searches, and by id where that does not show one', async () => {
    const { ask, search, source, soon } = setUp(idsOf(3));
    const [one, gone, found] = await soon(
      Promise.all([ask('i-1'), ask('i-9'), search('i-2'), search('i-3')]),
    );
    expect([one.kind, gone.kind]).toEqual(['found', 'absent']);
    expect(found.items).toMatchObject([{ id: 'i-2' }]);
    expect(source.calls.map(({ ids }) => ids)).toEqual([undefined, ['i-9']]);
    expect(gone.startedAt).toBeGreaterThan(one.startedAt);
  });

  it('are answered by a list of all where that takes fewer calls', async () => {
    const { ask, search, source, soon } = setUp(idsOf(150));
    await soon(search('i-1'));
    await soon(Promise.all(idsOf(150).map((id) => ask(id))));
    source.instances.clear();
    source.add(...idsOf(90));
    await soon(search('i-1'));
    await soon(Promise.all(idsOf(150).map((id) => ask(id))));
    expect(source.picture).toEqual(['all', '100', '50', 'all', 'all', '60']);
  });
});

describe('witnesses', () => {
  const witnesses = ['w-1', 'w-2', 'w-3'];

  it('are in every chunk of ids, and in the answer that lacks an instance', async () => {
    const { ask, source, soon } = setUp(['w-1', 'w-2', 'w-3', 'i-1']);
    const ids = [...idsOf(250), ...witnesses];
    const answers = await soon(Promise.all(ids.map((id) => ask(id, { witnesses }))));
    expect(source.picture).toEqual(['100', '100', '59']);
    expect(source.calls.map(({ ids: asked }) => asked?.slice(-3))).toEqual([
      witnesses,
      witnesses,
      witnesses,
    ]);
    const absent = answers.filter((answer) => answer.kind === 'absent');
    expect(absent).toHaveLength(249);
    for (const { snapshot } of absent) expect(snapshot.get('w-3')).toBeDefined();
    expect(answers.slice(250).map(({ kind }) => kind)).toEqual(['found', 'found', 'found']);
  });

  it('of one question may stand beside others of the same moment', async () => {
    const { ask, source, soon } = setUp(['w-1', ...idsOf(120)]);
    const plain = idsOf(120).map((id) => ask(id));
    const answers = await soon(Promise.all([...plain, ask('i-999', { witnesses: ['w-1'] })]));
    expect(source.calls.every(({ ids }) => ids?.includes('w-1'))).toBe(true);
    expect(answers.map(({ kind }) => kind)).toEqual([...idsOf(120).map(() => 'found'), 'absent']);
  });

  it('are asked for again beside what a list of all does not show', async () => {
    const { ask, search, source, soon } = setUp(['w-1', 'i-1']);
    const [, gone] = await soon(Promise.all([search('i-1'), ask('i-9', { witnesses: ['w-1'] })]));
    expect(source.calls.map(({ ids }) => ids)).toEqual([undefined, ['i-9', 'w-1']]);
    expect(gone.kind === 'absent' && gone.snapshot.get('w-1')).toMatchObject({ id: 'w-1' });
  });

  it('leave half of a call to those who ask', async () => {
    const { ask, source, soon } = setUp();
    const many = Array.from({ length: 80 }, (_, index) => `w-${index}`);
    await soon(Promise.all(idsOf(60).map((id) => ask(id, { witnesses: many }))));
    expect(source.picture).toEqual(['100', '60']);
  });

  it('alone take one call', async () => {
    const { ask, source, soon } = setUp(['w-1']);
    await soon(ask('w-1', { witnesses }));
    expect(source.calls.map(({ ids }) => ids)).toEqual([witnesses]);
  });
});

describe('an answer', () => {
  it.each([
    ['found', {}, 'i-1'],
    ['absent', {}, 'i-9'],
    ['unreadable', { unreadable: ['i-9'] }, 'i-9'],
    ['absent', { unreadable: ['i-8'] }, 'i-9'],
    ['unreadable', { unreadable: [''] }, 'i-9'],
    ['found', { unreadable: [''], complete: false }, 'i-1'],
    ['incomplete', { complete: false }, 'i-9'],
  ])('is "%s" with %j for %s', async (kind, change, id) => {
    const { ask, source, soon } = setUp(['i-1']);
    source.change = (listing) => ({ ...listing, ...change });
    expect((await soon(ask(id))).kind).toBe(kind);
  });

  it('is the failure of the call for all who wait for it, and for nobody else', async () => {
    const { ask, search, source, soon } = setUp(['i-1']);
    source.failure = new Error('no');
    const failing = Promise.allSettled([ask('i-1'), ask('i-2')]);
    const searching = Promise.allSettled([search('i-1'), ask('i-1')]);
    await soon(Promise.all([failing, searching]));
    source.failure = undefined;
    for (const outcome of [...(await failing), ...(await searching)]) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'no' } });
    }
    expect((await soon(ask('i-1'))).kind).toBe('found');
    expect((await soon(search('i-1'))).items).toHaveLength(1);
  });
});

describe('the age of an answer', () => {
  it('is none by default, also while a call for the same is under way', async () => {
    const { ask, search, source, clock, soon } = setUp(['i-1']);
    source.latencyMs = 50;
    const first = Promise.all([ask('i-1'), search('i-1')]);
    await clock.advance(20);
    source.instances.clear();
    const second = Promise.all([ask('i-1'), search('i-1')]);
    await clock.advance(200);
    expect((await first)[0].kind).toBe('found');
    expect((await second)[0].kind).toBe('absent');
    expect((await second)[1].items).toEqual([]);
    await soon(Promise.resolve());
  });

  it('is none by default, also where the call began in this very moment', async () => {
    const { ask, source, clock, soon } = setUp(['i-1']);
    const first = ask('i-1');
    await clock.advance(10);
    await soon(Promise.all([first, ask('i-1')]));
    expect(source.picture).toEqual(['1', '1']);
  });

  it('is not that of a call that began too long ago', async () => {
    const { ask, source, clock, soon } = setUp(['i-1']);
    source.latencyMs = 60;
    const first = ask('i-1');
    await clock.advance(60);
    const second = ask('i-1', { maxAgeMs: 49 });
    await soon(Promise.all([first, second]));
    expect((await second).startedAt).toBe(1_700_000_000_070);
  });

  it('may be what the asker allows, where it says "there is one"', async () => {
    const { ask, search, source, clock, soon } = setUp(['i-1', 'i-2']);
    await soon(search('i-1'));
    source.instances.clear();
    await clock.advance(5000);
    const old = { maxAgeMs: 5100 };
    const startedAt = 1_700_000_000_010;
    expect(await soon(ask('i-2', old))).toMatchObject({ kind: 'found', startedAt });
    const found = await soon(search('i-1', { maxAgeMs: 5200 }));
    expect(found.items).toHaveLength(1);
    expect(found.snapshot.startedAt).toBe(startedAt);
    expect(source.picture).toEqual(['all']);
    expect((await soon(ask('i-2', old))).kind).toBe('absent');
    expect((await soon(search('i-1', old))).items).toEqual([]);
  });

  it('is none where it says "there is none", or more than one', async () => {
    const { ask, search, source, soon } = setUp(['i-1']);
    await soon(search('i-1'));
    source.add('i-2');
    source.instances.set('i-3', { id: 'i-3', name: 'name of i-1' });
    const old = { maxAgeMs: 100_000 };
    expect((await soon(ask('i-2', old))).kind).toBe('found');
    expect((await soon(search('i-2', old))).items).toHaveLength(1);
    expect((await soon(search('i-1', old))).items).toHaveLength(2);
    source.instances.delete('i-3');
    expect((await soon(search('i-1', old))).items).toHaveLength(1);
  });

  it('lets late askers join a call under way', async () => {
    const { ask, search, source, clock, soon } = setUp(['i-1', 'i-2']);
    source.latencyMs = 50;
    const first = [ask('i-1'), search('i-1')] as const;
    await clock.advance(20);
    const old = { maxAgeMs: 1000 };
    const second = [ask('i-1', old), ask('i-2', old), search('i-2', old)] as const;
    await soon(Promise.all([...first, ...second]));
    expect(source.picture).toEqual(['all']);
  });

  it('lets those who come one after the other share a list of all', async () => {
    const { ask, source, soon } = setUp(idsOf(1000));
    const old = { maxAgeMs: 100_000 };
    for (const id of idsOf(300)) expect((await soon(ask(id, old))).kind).toBe('found');
    expect(source.picture).toEqual(['1', '1', '1', 'all']);
    source.add('i-1001');
    expect((await soon(ask('i-1001', old))).kind).toBe('found');
    expect(source.picture.slice(4)).toEqual(['1']);
  });

  it('leaves those who ask for many ids at a time with calls by id', async () => {
    const { ask, source, soon } = setUp(idsOf(1000));
    const old = { maxAgeMs: 100_000 };
    for (let start = 0; start < 1000; start += 100) {
      await soon(
        Promise.all(
          idsOf(1000)
            .slice(start, start + 100)
            .map((id) => ask(id, old)),
        ),
      );
    }
    expect(source.picture).toEqual(Array.from({ length: 10 }, () => '100'));
  });
});

describe('a list of all', () => {
  it('is one at a time, and the next one serves all who came meanwhile', async () => {
    const { search, source, clock, soon } = setUp(idsOf(9));
    source.latencyMs = 50;
    const searches: Promise<unknown>[] = [];
    for (const id of idsOf(9)) {
      searches.push(search(id));
      await clock.advance(12);
    }
    await soon(Promise.all(searches));
    const begun = source.calls.map(({ begunAt }) => begunAt);
    expect(begun).toEqual([10, 60, 110]);
  });

  it('goes on with the next after a failure', async () => {
    const { search, source, clock, soon } = setUp(['i-1']);
    source.latencyMs = 50;
    source.failure = new Error('no');
    const first = Promise.allSettled([search('i-1')]);
    await clock.advance(30);
    source.failure = undefined;
    const second = search('i-1');
    await soon(Promise.all([first, second]));
    expect(await first).toMatchObject([{ status: 'rejected' }]);
    expect((await second).items).toHaveLength(1);
  });
});

describe('going away', () => {
  const reason = new Error('enough');

  it.each(['in the window', 'while the call is under way'])(
    '%s leaves the others',
    async (when) => {
      const { directory, ask, search, source, clock, soon } = setUp(['i-1', 'i-2']);
      source.latencyMs = 50;
      const goer = new AbortController();
      const going = Promise.allSettled([
        directory.byId('i-1', { signal: goer.signal }),
        directory.search(named('i-1'), { signal: goer.signal }),
      ]);
      const staying = Promise.all([ask('i-1'), ask('i-2'), search('i-2')]);
      await clock.advance(when === 'in the window' ? 5 : 30);
      goer.abort(reason);
      expect(await going).toEqual([
        { status: 'rejected', reason },
        { status: 'rejected', reason },
      ]);
      expect((await soon(staying)).slice(0, 2)).toMatchObject([
        { kind: 'found' },
        { kind: 'found' },
      ]);
      expect(source.calls.map(({ signal }) => signal.aborted)).toEqual([false]);
    },
  );

  it('of all ends the call', async () => {
    const { directory, source, clock } = setUp(['i-1']);
    source.latencyMs = 50;
    const [one, other] = [new AbortController(), new AbortController()];
    const going = Promise.allSettled([
      directory.byId('i-1', { signal: one.signal }),
      directory.byId('i-2', { signal: other.signal }),
    ]);
    await clock.advance(20);
    one.abort(reason);
    await clock.advance(1);
    expect(source.calls[0]?.signal.aborted).toBe(false);
    other.abort(reason);
    await clock.advance(1);
    expect(source.calls[0]?.signal.aborted).toBe(true);
    expect(await going).toMatchObject([{ reason }, { reason }]);
  });

  it('of all in the window makes no call', async () => {
    const { directory, source, clock } = setUp(['i-1']);
    const goer = new AbortController();
    const going = Promise.allSettled([directory.byId('i-1', { signal: goer.signal })]);
    await clock.advance(5);
    goer.abort(reason);
    expect(await going).toMatchObject([{ reason }]);
    expect(clock.timers).toBe(0);
    await clock.advance(100);
    expect(source.calls).toEqual([]);
  });

  it('before asking makes no call', async () => {
    const { ask, search, clock } = setUp();
    const signal = AbortSignal.abort(reason);
    await expect(ask('i-1', { signal })).rejects.toBe(reason);
    await expect(search('i-1', { signal, maxAgeMs: 9 })).rejects.toBe(reason);
    expect(clock.timers).toBe(0);
  });

  it('of all leaves a call that nobody may join while it ends', async () => {
    const { directory, ask, source, clock, soon } = setUp(['i-1']);
    source.latencyMs = 50;
    source.abortMs = 20;
    const goer = new AbortController();
    const going = Promise.allSettled([directory.byId('i-1', { signal: goer.signal })]);
    await clock.advance(20);
    goer.abort(reason);
    expect(await going).toMatchObject([{ reason }]);
    await clock.advance(1);
    expect((await soon(ask('i-1', { maxAgeMs: 1000 }))).kind).toBe('found');
  });

  it('of the directory ends all calls', async () => {
    const { ask, search, lifetime, source, clock } = setUp(['i-1']);
    source.latencyMs = 50;
    const going = Promise.allSettled([ask('i-1')]);
    await clock.advance(12);
    const searching = Promise.allSettled([search('i-1')]);
    await clock.advance(12);
    lifetime.abort(reason);
    await clock.advance(1);
    expect(await going).toMatchObject([{ reason }]);
    expect(await searching).toMatchObject([{ reason }]);
  });
});

describe('a snapshot', () => {
  it('finds by whatever can be read off an instance', async () => {
    const { search, source, soon } = setUp(['i-1', 'i-2']);
    source.instances.set('i-3', { id: 'i-3', name: 'name of i-1' });
    const { snapshot } = await soon(search('i-1'));
    expect(snapshot.find(lengths, '11')).toHaveLength(3);
    expect(snapshot.find(nameKeys, 'name of i-1').map(({ id }) => id)).toEqual(['i-1', 'i-3']);
    expect(snapshot.find(nameKeys, 'i-1')).toEqual([]);
    expect(snapshot.size).toBe(3);
  });
});
