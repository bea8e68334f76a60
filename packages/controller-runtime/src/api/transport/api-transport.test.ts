import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { MockAgent } from 'undici';
import type { AuthHeaders } from './api-server-config.ts';
import { ApiTransport } from './api-transport.ts';
import { FakeClock } from '../../testing/fake-clock.ts';

/** A clock on which every wait ends immediately. */
class PatientClock extends FakeClock {
  override sleep(): Promise<void> {
    return Promise.resolve();
  }
}

function transportOver(dispatcher: MockAgent, headers: AuthHeaders = {}): ApiTransport {
  return new ApiTransport({
    config: {
      server: 'https://api.example',
      tls: async () => ({ rejectUnauthorized: true }),
      credentials: { headers: async () => headers, refuse: () => undefined },
      source: 'test',
    },
    dispatcher,
    timeoutMs: 1000,
    clock: new PatientClock(),
    random: { next: () => 0 },
    log: silentLogger,
  });
}

describe('a token that a response repeats', () => {
  it.each(['call', 'stream'] as const)('does not appear in the error of a %s', async (way) => {
    const token = 'a-service-account-token';
    const agent = new MockAgent();
    agent.disableNetConnect();
    const get = { path: '/api/v1/nodes', method: 'GET' } as const;
    const page = `<html>${'x'.repeat(185)} Bearer ${token}</html>`;
    agent.get('https://api.example').intercept(get).reply(403, page);
    const transport = transportOver(agent, { authorization: `Bearer ${token}` });
    const identity = { userAgent: 'ccm' };
    const work =
      way === 'call'
        ? transport.call(get, identity)
        : transport.stream(get, identity, 1000)[Symbol.asyncIterator]().next();
    const error: unknown = await work.catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'API_ERROR', status: 403 });
    expect(String(error)).not.toContain('a-ser');
  });
});

describe('a POST to the API server', () => {
  it.each([
    ['EHOSTUNREACH', 'connect', 'retried'],
    ['EHOSTUNREACH', 'read', 'not retried'],
    ['ENETUNREACH', 'read', 'not retried'],
    ['ECONNREFUSED', 'connect', 'retried'],
    ['ECONNRESET', 'read', 'not retried'],
  ])('that fails with %s on %s is %s', async (code, syscall, what) => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    const post = { path: '/api/v1/events', method: 'POST' } as const;
    const failure = Object.assign(new Error(code), { code, syscall });
    agent.get('https://api.example').intercept(post).replyWithError(failure);
    agent.get('https://api.example').intercept(post).reply(201, {});
    const outcome = await transportOver(agent)
      .call({ ...post, body: {} }, { userAgent: 'ccm' })
      .then(
        () => 'retried',
        ({ outcome: known }: { readonly outcome: unknown }) => known,
      );
    expect(outcome).toBe(what === 'retried' ? what : 'unknown');
    expect(agent.pendingInterceptors()).toHaveLength(what === 'retried' ? 0 : 1);
  });
});
