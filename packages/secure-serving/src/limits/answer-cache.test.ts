import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { AnswerCache } from './answer-cache.ts';
import { localSource } from './client-sources.ts';

function create(maxEntries = 10) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const cache = new AnswerCache<string>({
    ttlMs: (answer) => (answer.startsWith('no') ? 1000 : 10_000),
    maxEntries,
    clock,
  });
  const ask = (key: string, answer = `yes ${key}`) =>
    cache.get({
      key,
      source: 'a source',
      ask: async () => {
        asked.push(key);
        if (answer === 'failure') throw new Error('cannot be asked');
        return answer;
      },
    });
  /** Asks what is never answered, and notes what became of it. */
  const wait = (key: string, source: string) => {
    const waiting = { key, outcome: 'waits', isAborted: () => false };
    const answer = cache.get({
      key,
      source,
      ask: (signal) => {
        waiting.isAborted = () => signal.aborted;
        return new Promise(() => undefined);
      },
    });
    answer.catch((error: unknown) => (waiting.outcome = String(error)));
    return waiting;
  };
  return { clock, asked, cache, ask, wait };
}

describe('AnswerCache', () => {
  it('remembers each answer for its own time', async () => {
    const { clock, asked, ask } = create();
    await ask('a');
    await ask('b', 'no');
    await clock.advance(999);
    expect([await ask('a'), await ask('b')]).toEqual(['yes a', 'no']);
    expect(asked).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(await ask('b')).toBe('yes b');
    await clock.advance(9000);
    await ask('a');
    expect(asked).toEqual(['a', 'b', 'b', 'a']);
  });

  it('asks once for all who ask the same at the same time', async () => {
    const { asked, ask } = create();
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['yes a', 'yes a', 'yes b']);
    expect(asked).toEqual(['a', 'b']);
  });

  it('asks only so many questions at once for one source', async () => {
    const { cache, ask } = create();
    const asking = Promise.withResolvers<string>();
    const first = Array.from({ length: 16 }, (_, n) =>
      cache.get({ key: `${n}`, source: 'a source', ask: () => asking.promise }),
    );
    await expect(ask('one more')).rejects.toThrow('16 questions of a source wait');
    expect(await cache.get({ key: 'other', source: 'other', ask: async () => 'yes' })).toBe('yes');
    const same = cache.get({
      key: '7',
      source: 'other',
      ask: () => Promise.reject(new Error('asked twice')),
    });
    asking.resolve('yes');
    expect(await same).toBe('yes');
    await Promise.all(first);
    expect(await ask('one more')).toBe('yes one more');
  });

  it('gives up the oldest question of the source with the most for a source with less', async () => {
    const { wait } = create();
    const few = Array.from({ length: 4 }, (_, n) => wait(`few ${n}`, 'few'));
    const many = Array.from({ length: 96 }, (_, n) => wait(`${n}`, `source ${n % 6}`));
    const late = wait('late', 'late');
    await setImmediate();
    const [oldest, ...others] = many;
    expect(oldest?.outcome).toContain('TooManyQuestionsError: 100 questions wait');
    expect(oldest?.isAborted()).toBe(true);
    for (const { outcome } of [...few, ...others, late]) expect(outcome).toBe('waits');
  });

  it('refuses a question if that would not make the shares more equal', async () => {
    const { wait } = create();
    for (let n = 0; n < 100; n += 1) wait(`${n}`, `source ${n}`);
    const refused = [wait('late', 'late'), wait('again', 'source 7')];
    const local = wait('local', localSource);
    await setImmediate();
    for (const { outcome } of refused) expect(outcome).toContain('100 questions wait');
    expect(local.outcome).toBe('waits');
  });

  it('gives up no question of this node', async () => {
    const { wait } = create();
    const local = Array.from({ length: 16 }, (_, n) => wait(`local ${n}`, localSource));
    for (let n = 0; n < 100; n += 1) wait(`${n}`, `source ${n % 10}`);
    const late = wait('late', 'late');
    await setImmediate();
    for (const { outcome } of [...local, late]) expect(outcome).toBe('waits');
  });

  it('forgets a question that it gave up, and asks it again', async () => {
    const { cache, wait } = create();
    for (let n = 0; n < 100; n += 1) wait(`${n}`, `source ${n % 10}`);
    wait('late', 'late');
    await setImmediate();
    expect(await cache.get({ key: '0', source: 'other', ask: async () => 'yes' })).toBe('yes');
  });

  it('does not remember failures', async () => {
    const { ask } = create();
    const failures = await Promise.allSettled([ask('a', 'failure'), ask('a', 'failure')]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask('a')).toBe('yes a');
  });

  it('forgets the one used longest ago where there are too many', async () => {
    const { asked, cache, ask } = create(2);
    await ask('a');
    await ask('b');
    await ask('a');
    await ask('c');
    expect(cache.size).toBe(2);
    await ask('a');
    await ask('b');
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
  });
});
