import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger } from '@k8s-ccm/foundation';
import { StartError } from '../start-error.ts';
import { waitForApiServer } from './api-server-health.ts';

/** An API server whose health comes after so many requests. */
function client(failures: number) {
  let asked = 0;
  return {
    request: async () => {
      asked += 1;
      if (asked <= failures) throw new Error('connection refused');
      return 'ok';
    },
    asked: () => asked,
  };
}

const server = 'https://10.0.0.1';
const log = silentLogger;

describe('waitForApiServer', () => {
  it('asks once a second until it is', async () => {
    const clock = new FakeClock();
    const api = client(3);
    const { signal } = new AbortController();
    const healthy = waitForApiServer({ client: api, server, clock, log, signal });
    await clock.advance(2999);
    expect(api.asked()).toBe(3);
    await clock.advance(1);
    await healthy;
    expect(api.asked()).toBe(4);
  });

  it('gives up after 10 s and says why', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const failed = waitForApiServer({ client: client(100), server, clock, log, signal }).catch(
      (error: unknown) => error,
    );
    await clock.advance(11_000);
    const error = await failed;
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      exitCode: 255,
      message: 'the API server https://10.0.0.1 is not healthy after 10 s: connection refused',
    });
  });

  it('gives up after 10 s also where it gets no answer at all', async () => {
    const clock = new FakeClock();
    const silent = {
      request: ({ signal }: { readonly signal?: AbortSignal }) =>
        new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const { signal } = new AbortController();
    const failed = waitForApiServer({ client: silent, server, clock, log, signal }).catch(
      (error: unknown) => error,
    );
    await clock.advance(10_000);
    expect(clock.timers).toEqual([]);
    expect(await failed).toMatchObject({
      exitCode: 255,
      message: 'the API server https://10.0.0.1 is not healthy after 10 s: no response',
    });
  });

  it('ends at once when it is asked to stop', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const waiting = waitForApiServer({
      client: client(100),
      server,
      clock,
      log,
      signal: stop.signal,
    });
    stop.abort(new Error('asked to stop'));
    await expect(waiting).rejects.toThrow('asked to stop');
  });
});
