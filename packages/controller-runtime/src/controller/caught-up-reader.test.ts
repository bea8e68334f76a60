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
  it('returns the cached copy, or reports that none exists, without a request', async () => {
    const { reads, reader } = start();
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('9') });
    expect(await reader.read('other')).toEqual({ kind: 'current', object: undefined });
    expect(reads).toEqual([]);
  });

  it('queues a key again as soon as the cached copy has caught up', async () => {
    const { informer, reads, ownWrites, queue, reader } = start();
    ownWrites.wrote(node('10'));
    expect(await reader.read('n')).toEqual({ kind: 'behind' });
    expect(queue.length).toBe(0);
    informer.show(node('11'));
    expect(queue.length).toBe(1);
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('11') });
    expect(reads).toEqual([]);
  });

  it('queues no key that nothing waits for', async () => {
    const { informer, ownWrites, queue } = start();
    ownWrites.wrote(node('10'));
    informer.show(node('11'));
    expect(queue.length).toBe(0);
  });

  it('reads from the API server once the informer has been behind for 10 s, until it has caught up', async () => {
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
    // The next write has the full time again.
    ownWrites.wrote(node('12'));
    expect(await reader.read('n')).toEqual({ kind: 'behind' });
  });

  it("uses the API server's state after etcd was restored, then the cache again", async () => {
    const { clock, reads, ownWrites, reader } = start('8');
    ownWrites.wrote(node('10'));
    await reader.read('n');
    await clock.advance(10_000);
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('8') });
    expect(await reader.read('n')).toEqual({ kind: 'current', object: node('9') });
    expect(reads).toEqual(['metadata.name=n']);
  });
});
