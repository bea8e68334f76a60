import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { AnswerCache } from './answer-cache.ts';

function create(maxEntries = 10) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const cache = new AnswerCache<string>({
    ttlMs: (answer) => (answer.startsWith('no') ? 1000 : 10_000),
    maxEntries,
    clock,
  });
  const ask = (key: string, answer = `yes ${key}`) =>
    cache.get(key, async () => {
      asked.push(key);
      if (answer === 'failure') throw new Error('cannot be asked');
      return answer;
    });
  return { clock, asked, cache, ask };
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

  it('asks only so many questions at once', async () => {
    const { cache, ask } = create();
    const asking = Promise.withResolvers<string>();
    const first = Array.from({ length: 100 }, (_, n) => cache.get(`${n}`, () => asking.promise));
    await expect(ask('one more')).rejects.toThrow('100 questions wait');
    const same = cache.get('7', () => Promise.reject(new Error('asked twice')));
    asking.resolve('yes');
    expect(await same).toBe('yes');
    await Promise.all(first);
    expect(await ask('one more')).toBe('yes one more');
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
