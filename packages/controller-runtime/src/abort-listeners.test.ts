import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { silentLogger, type KubernetesObject } from '@k8s-ccm/cloud-provider';
import { ApiError } from './api/errors/api-error.ts';
import { startDeadline } from './time/call-deadline.ts';
import { systemClock } from './time/clock.ts';
import { KubeClient } from './api/kube-client.ts';
import { exponentialBackoff } from './queue/rate-limiter.ts';
import { seededRandom } from './time/random.ts';
import { Reflector } from './informer/reflector.ts';
import type { ResourceClient } from './api/resource-client.ts';
import { runWorkers } from './queue/run-workers.ts';
import { names, newElection } from './testing/election-member.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { tokenBucket } from './time/token-bucket.ts';
import { WorkQueue } from './queue/work-queue.ts';
import { LeaderElector } from './election/leader-elector.ts';

const expired = new ApiError({
  method: 'GET',
  path: '/things',
  status: 410,
  reason: 'Expired',
  message: 'too old',
});

function newQueue(): WorkQueue {
  const rateLimiter = exponentialBackoff({ baseMs: 1, maxMs: 1 });
  return new WorkQueue({ name: 'test', clock: new FakeClock(), rateLimiter });
}

/** Lists nothing, and then breaks every other watch so that the reflector lists again. */
function emptyWatches(): Pick<ResourceClient<KubernetesObject>, 'watch'> {
  let watches = 0;
  return {
    async *watch({ sendInitialEvents } = {}) {
      watches += 1;
      if (sendInitialEvents === true)
        yield { type: 'BOOKMARK', resourceVersion: '1', initialEventsEnd: true };
      else if (watches % 2 === 0) throw expired;
    },
  };
}

async function callApiServer(signal: AbortSignal): Promise<void> {
  const event = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '1' } } };
  const server = createServer((_request, response) => {
    response.end(`${JSON.stringify(event)}\n`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const config = {
    server: `http://127.0.0.1:${port}`,
    tls: async () => ({ rejectUnauthorized: true }),
    credentials: { headers: async () => ({}), refuse: () => undefined },
    source: 'test',
  };
  const shared = { clock: systemClock, random: seededRandom(1), log: silentLogger };
  const client = KubeClient.create({ config, userAgent: 'test', ...shared });
  try {
    await client.request({ method: 'GET', path: '/healthz', signal });
    const events = client.nodes.watch({ signal })[Symbol.asyncIterator]();
    await events.next();
    await events.return?.();
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
}

function late(): Error {
  return new Error('late');
}

async function doNothing(): Promise<void> {}

/** Each function works with a signal that does not abort, until it has nothing to do. */
const users: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
  'a sleep': (signal) => systemClock.sleep(1, { signal }),
  'a sleep on a fake clock': async (signal) => {
    const clock = new FakeClock();
    const sleeping = clock.sleep(10, { signal });
    await clock.advance(10);
    await sleeping;
  },
  'a deadline': async (signal) => {
    startDeadline(1000, late, { clock: new FakeClock(), signal }).release();
  },
  'a deadline that is over': async (signal) => {
    const clock = new FakeClock();
    startDeadline(1000, late, { clock, signal });
    await clock.advance(1000);
  },
  'a wait for a key': async (signal) => {
    const queue = newQueue();
    const waiting = queue.get(signal);
    queue.add('a');
    await waiting;
  },
  'a drain of a queue': (signal) => newQueue().shutDownWithDrain(signal),
  'workers whose queue is shut down': async (signal) => {
    const queue = newQueue();
    queue.shutDown();
    await runWorkers({ queue, concurrency: 2, reconcile: doNothing, signal, log: silentLogger });
  },
  'a wait for a token': (signal) =>
    tokenBucket({ qps: 1, burst: 1, clock: new FakeClock() }).wait(signal),
  'an election whose work ends': async (signal) => {
    const { clock, server } = newElection();
    const elector = new LeaderElector({
      ...names,
      identity: 'a',
      client: server.client({ clock }),
      clock,
      random: seededRandom(1),
      log: silentLogger,
    });
    const done = elector.run(doNothing, signal);
    await clock.advance(10_000);
    await done;
  },
  'a request and a watch': callApiServer,
};

describe('a long-lived signal', () => {
  it.each(Object.entries(users))('has no listener left after %s', async (_who, use) => {
    const { signal } = new AbortController();
    await use(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('has one listener of a reflector, however often the reflector lists', async () => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const clock = new FakeClock();
    const reflector = new Reflector<KubernetesObject>({
      name: 'things',
      client: emptyWatches() as ResourceClient<KubernetesObject>,
      target: { replace: () => undefined, apply: () => undefined },
      clock,
      random: seededRandom(1),
      log: silentLogger,
    });
    const done = reflector.run(signal);
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(60_000);
      expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    }
    stopping.abort();
    await done;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
