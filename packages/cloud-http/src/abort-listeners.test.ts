import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { MockAgent } from 'undici';
import { Budget } from './budget/budget.ts';
import { systemClock } from './time/clock.ts';
import { CloudClient } from './call/cloud-client.ts';
import { startDeadline } from './time/deadline.ts';
import { Secret } from './auth/secret.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { TokenCache } from './auth/token-cache.ts';

async function giveToken() {
  return { value: new Secret('t'), lifetimeMs: 1000 };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('no token'));
}

/** Users of a signal that does not abort, by name. Each runs until it has nothing left to do. */
const users: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
  'a sleep': (signal) => systemClock.sleep(1, { signal }),
  'a sleep on a manual clock': async (signal) => {
    const clock = new ManualClock();
    const sleeping = clock.sleep(10, { signal });
    await clock.advance(10);
    await sleeping;
  },
  'a deadline': async (signal) => startDeadline(new ManualClock(), 1000, [signal]).cancel(),
  'a deadline that is over': async (signal) => {
    const clock = new ManualClock();
    startDeadline(clock, 1000, [signal, undefined]);
    await clock.advance(1000);
  },
  'a wait for the budget': (signal) => new Budget().acquire('repair', { signal }),
  'a wait for a token': async (signal) => {
    await new TokenCache({ fetch: giveToken }).get({ signal });
  },
  'a wait for a token that cannot be had': async (signal) => {
    await new TokenCache({ fetch: refuse }).get({ signal }).catch(() => undefined);
  },
  'a call': async (signal) => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    agent.get('http://cloud.example').intercept({ path: '/' }).reply(200, {});
    const client = new CloudClient({ dispatcher: agent });
    const request = { operation: 'Get', method: 'GET', url: 'http://cloud.example/' } as const;
    await client.call({ ...request, answer: t.type({}, 'answer') }, { signal });
  },
};

describe('a long-lived signal', () => {
  it.each(Object.entries(users))('keeps no listener of %s', async (_who, use) => {
    const { signal } = new AbortController();
    await use(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
