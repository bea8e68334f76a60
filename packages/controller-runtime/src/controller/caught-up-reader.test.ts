import { describe, expect, it } from '@jest/globals';
import type { Node } from '@k8s-ccm/cloud-provider';
import { CaughtUpReader } from './caught-up-reader.ts';
import { OwnWrites } from './own-writes.ts';
import { exponentialBackoff } from '../queue/rate-limiter.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeInformer } from '../testing/fake-informer.ts';
import { WorkQueue } from '../queue/work-queue.ts';

const node = (resourceVersion: string): Node => ({
  metadata: { name: 'n', uid: 'u', resourceVersion },
});

/** A cache at version 9, a write at version 10, and an API server at `live`. */
function start(live = '10') {
  const clock = new FakeClock();
  const informer = new FakeInformer<Node>();
  const reads: string[] = [];
  const ownWrites = new OwnWrites<Node>({
    informer,
    client: {
      list: async ({ fieldSelector = '' } = {}) => {
        reads.push(fieldSelector);
        return { items: [node(live)], resourceVersion: '' };
      },
    },
  });
  const queue = new WorkQueue({
    name: 'test',
    clock,
    rateLimiter: exponentialBackoff({ baseMs: 1, maxMs: 1 }),
  });
  const reader = new CaughtUpReader({ informer, ownWrites, queue, clock });
  informer.relist([node('9')], '9');
  return { clock, informer, reads, ownWrites, queue, reader };
}

describe('CaughtUpReader', () => {
  it('gives the cached copy, or that there is none, without a request', async () => {
    const { reads, reader } = start();
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('9') });
    expect(await reader.read('other')).toEqual({ kind: 'current', object: undefined });
    expect(reads).toEqual([]);
  });

  it('queues a key that was behind again as soon as the copy has caught up', async () => {
    const { informer, reads, ownWrites, queue, reader } = start();
    ownWrites.wrote(node('10'));
    expect(await reader.read('n')).toEqual({ kind: 'behind' });
    expect(queue.length).toBe(0);
    informer.show(node('11'));
    expect(queue.length).toBe(1);
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('11') });
    expect(reads).toEqual([]);
  });

  it('queues no key that nobody waits for', async () => {
    const { informer, ownWrites, queue } = start();
    ownWrites.wrote(node('10'));
    informer.show(node('11'));
    expect(queue.length).toBe(0);
  });

  it('asks the API server once the informer has been behind for 10 s, and until it has caught up', async () => {
    const { clock, informer, reads, ownWrites, queue, reader } = start();
    ownWrites.wrote(node('10'));
    await reader.read('n');
    await clock.advance(9_999);
    expect([await reader.read('n'), queue.length]).toEqual([{ kind: 'behind' }, 0]);
    await clock.advance(1);
    expect(queue.length).toBe(1);
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('10') });
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('10') });
    expect(reads).toEqual(['metadata.name=n', 'metadata.name=n']);
    informer.show(node('10'));
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('10') });
    expect(reads).toHaveLength(2);
    // The next write gets the whole time again.
    ownWrites.wrote(node('12'));
    expect(await reader.read('n')).toEqual({ kind: 'behind' });
  });

  it('acts on what the API server has after a restore of etcd, and goes on with the cache', async () => {
    const { clock, reads, ownWrites, reader } = start('8');
    ownWrites.wrote(node('10'));
    await reader.read('n');
    await clock.advance(10_000);
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('8') });
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('9') });
    expect(reads).toEqual(['metadata.name=n']);
  });
});
