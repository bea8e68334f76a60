import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { MetricsRegistry, seededRandom } from '@k8s-ccm/controller-runtime';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger } from '@k8s-ccm/foundation';
import type { ControllerContext } from '../controller.ts';
import { waitForApiServer } from '../manager/api-server-health.ts';
import { ControllerGroup } from './controller-group.ts';
import { SupervisedController } from './supervised-controller.ts';

const shared = { random: seededRandom(1), log: silentLogger };
/** Nobody looks at it. */
const context = {} as ControllerContext;

function refuse(): Promise<never> {
  return Promise.reject(new Error('refused'));
}

function skip() {
  return { kind: 'skipped', reason: 'nothing to do' } as const;
}

/** Each works with a signal that does not abort, until it has nothing to do. */
const users: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
  'a wait for the API server': (signal) =>
    waitForApiServer({
      client: { request: async () => 'ok' },
      server: 'https://10.0.0.1',
      clock: new FakeClock(),
      signal,
      ...shared,
    }),
  'a wait for the API server that is given up': async (signal) => {
    const clock = new FakeClock();
    const waiting = waitForApiServer({
      client: { request: refuse },
      server: 'https://10.0.0.1',
      clock,
      signal,
      ...shared,
    }).catch(() => undefined);
    await clock.advance(11_000);
    await waiting;
  },
  'a controller that has nothing to do': (signal) =>
    new SupervisedController({
      controller: { name: 'idle', start: skip },
      makeContext: () => context,
      clock: new FakeClock(),
      onState: () => undefined,
      onFailure: () => undefined,
      ...shared,
    }).run(signal),
  'the start of a controller in a group': async (signal) => {
    const group = new ControllerGroup({
      manager: 'test',
      metrics: new MetricsRegistry(),
      clock: new FakeClock(),
      ...shared,
    });
    await group.start({ name: 'idle', start: skip }, () => context, signal);
    await group.ended();
  },
};

describe('a signal that lives long', () => {
  it.each(Object.entries(users))('keeps no listener of %s', async (_who, use) => {
    const { signal } = new AbortController();
    await use(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('keeps one listener of a controller that is started again and again', async () => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const clock = new FakeClock();
    let starts = 0;
    const supervised = new SupervisedController({
      controller: {
        name: 'failing',
        start: () => {
          starts += 1;
          throw new Error('boom');
        },
      },
      makeContext: () => context,
      clock,
      onState: () => undefined,
      onFailure: () => undefined,
      ...shared,
    });
    const done = supervised.run(signal);
    await clock.advance(3_600_000);
    expect(starts).toBeGreaterThan(50);
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    stopping.abort();
    await done;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
