import { expect, it } from '@jest/globals';

import { Turns } from './turns.ts';

it('takes turns under one key, also after a failure, and none under different keys', async () => {
  const turns = new Turns();
  const held = Promise.withResolvers<void>();
  const begun: string[] = [];
  const work = (name: string, end: () => Promise<void>) => async () => {
    begun.push(name);
    await end();
    return name;
  };
  const first = turns.take(
    'a',
    work('a-1', () => held.promise),
  );
  const second = turns.take(
    'a',
    work('a-2', async () => undefined),
  );
  expect(
    await turns.take(
      'b',
      work('b-1', async () => undefined),
    ),
  ).toBe('b-1');
  expect(begun).toEqual(['a-1', 'b-1']);
  held.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe('a-2');
  expect(begun).toEqual(['a-1', 'b-1', 'a-2']);
});
