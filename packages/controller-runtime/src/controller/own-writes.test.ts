import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { ApiError } from '../api/errors/api-error.ts';
import { OwnWrites } from './own-writes.ts';
import { FakeInformer } from '../testing/fake-informer.ts';

const node = (resourceVersion: string, uid = 'u'): Node => ({
  metadata: { name: 'n', uid, resourceVersion },
});

function refused(status: number): ApiError {
  return new ApiError({ method: 'GET', path: '/', status, reason: '', message: 'no' });
}

/** A cache at version 9, and an API server that returns `live`. */
function start(live: () => Promise<Node | undefined> = async () => node('10')) {
  const informer = new FakeInformer<Node>();
  const writes = new OwnWrites<Node>({
    informer,
    client: {
      list: async () => ({
        items: [await live()].filter((found) => found !== undefined),
        resourceVersion: '',
      }),
    },
  });
  const caughtUp: string[] = [];
  writes.onCaughtUp((key) => caughtUp.push(key));
  informer.relist([node('9')], '9');
  return { informer, writes, caughtUp };
}

type Scene = ReturnType<typeof start>;

describe('OwnWrites', () => {
  it('is ahead of a copy that is older than its own write, and of no other object', () => {
    const { writes } = start();
    expect(writes.isAhead('n')).toBe(false);
    writes.wrote(node('10'));
    expect(writes.isAhead('n')).toBe(true);
    expect(writes.isAhead('other')).toBe(false);
  });

  it.each<[string, (scene: Scene) => void]>([
    ['the written state arrives', ({ informer }) => informer.show(node('10'))],
    ['a later state arrives', ({ informer }) => informer.show(node('11'))],
    ['a list brings a later state', ({ informer }) => informer.relist([node('12')], '30')],
    ['the object is deleted', ({ informer }) => informer.lose(node('11'))],
    ['a new object of the name arrives', ({ informer }) => informer.show(node('12', 'v'))],
    [
      'etcd is restored, so that the object has a lower version',
      ({ informer }) => informer.relist([node('7')], '8'),
    ],
    [
      'a version arrives that cannot be compared',
      ({ informer }) => informer.show(node('a-version')),
    ],
  ])('is no longer ahead when %s, and reports it once', (_what, happen) => {
    const scene = start();
    scene.writes.wrote(node('10'));
    happen(scene);
    expect(scene.caughtUp).toEqual(['n']);
    expect(scene.writes.isAhead('n')).toBe(false);
    scene.informer.show(node('40'));
    expect(scene.caughtUp).toEqual(['n']);
  });

  it.each<[string, (scene: Scene) => void]>([
    [
      'etcd is restored, so that the list goes back while the object stays as it was',
      ({ informer }) => informer.relist([node('9')], '8'),
    ],
    ['the watch has passed the write', ({ informer }) => informer.bookmark('11')],
  ])('is no longer ahead when %s', (_what, happen) => {
    const scene = start();
    scene.informer.bookmark('9');
    scene.writes.wrote(node('10'));
    happen(scene);
    expect(scene.writes.isAhead('n')).toBe(false);
  });

  it.each<[string, (scene: Scene) => void]>([
    ['an older state arrives', ({ informer }) => informer.show(node('9'))],
    [
      'other objects arrive',
      ({ informer }) => informer.show({ metadata: { name: 'o', uid: 'o', resourceVersion: '9' } }),
    ],
    ['an older object of the name is deleted', ({ informer }) => informer.lose(node('9', 'old'))],
    ['an earlier write is answered late', ({ writes }) => writes.wrote(node('9'))],
  ])('stays ahead when %s', (_what, happen) => {
    const scene = start();
    scene.writes.wrote(node('10'));
    happen(scene);
    expect([scene.writes.isAhead('n'), scene.caughtUp]).toEqual([true, []]);
  });

  it.each([
    ['a version that is not a number', node('abc')],
    ['no version', { metadata: { name: 'n', uid: 'u' } }],
    ['no UID', { metadata: { name: 'n', resourceVersion: '10' } }],
    ['a version that the cache has already', node('9')],
  ])('never blocks after a response with %s', (_what, answer) => {
    const { writes } = start();
    writes.wrote(answer);
    expect(writes.isAhead('n')).toBe(false);
  });

  it('compares versions that a double cannot tell apart', () => {
    const { informer, writes } = start();
    informer.relist([node('18446744073709551614')], '18446744073709551614');
    writes.wrote(node('18446744073709551615'));
    expect(writes.isAhead('n')).toBe(true);
  });

  it('returns the cached copy while it is not ahead, and reads from the API server while it is', async () => {
    const { informer, writes } = start();
    expect(await writes.newest('n')).toEqual(node('9'));
    writes.wrote(node('10'));
    expect(await writes.newest('n')).toEqual(node('10'));
    expect(writes.isAhead('n')).toBe(true);
    informer.show(node('11'));
    expect(await writes.newest('n')).toEqual(node('11'));
  });

  it.each<[string, () => Promise<Node | undefined>, Node | undefined]>([
    ['an older state, as after a restore of etcd', async () => node('8'), node('8')],
    ['that the object does not exist', async () => undefined, undefined],
  ])('forgets its write when the API server returns %s', async (_what, live, newest) => {
    const { writes, caughtUp } = start(live);
    writes.wrote(node('10'));
    expect(await writes.newest('n')).toEqual(newest);
    expect([writes.isAhead('n'), caughtUp]).toEqual([false, ['n']]);
  });

  it('stays ahead when the API server cannot be reached', async () => {
    const { writes } = start(() => Promise.reject(refused(500)));
    writes.wrote(node('10'));
    await expect(writes.newest('n')).rejects.toMatchObject({ status: 500 });
    expect(writes.isAhead('n')).toBe(true);
  });
});
