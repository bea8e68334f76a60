import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { MockAgent } from 'undici';
import { ApiTransport } from './api-transport.ts';
import { FakeClock } from './testing/fake-clock.ts';

/** A clock on which every wait is over at once. */
class PatientClock extends FakeClock {
  override sleep(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a POST to the API server', () => {
  it.each([
    ['EHOSTUNREACH', 'connect', 'repeated'],
    ['EHOSTUNREACH', 'read', 'not repeated'],
    ['ENETUNREACH', 'read', 'not repeated'],
    ['ECONNREFUSED', 'connect', 'repeated'],
    ['ECONNRESET', 'read', 'not repeated'],
  ])('that fails with %s on %s is %s', async (code, syscall, what) => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    const post = { path: '/api/v1/events', method: 'POST' } as const;
    const failure = Object.assign(new Error(code), { code, syscall });
    agent.get('https://api.example').intercept(post).replyWithError(failure);
    agent.get('https://api.example').intercept(post).reply(201, {});
    const transport = new ApiTransport({
      config: {
        server: 'https://api.example',
        tls: async () => ({ rejectUnauthorized: true }),
        credentials: { headers: async () => ({}), refuse: () => undefined },
        source: 'test',
      },
      dispatcher: agent,
      timeoutMs: 1000,
      clock: new PatientClock(),
      random: { next: () => 0 },
      log: silentLogger,
    });
    const outcome = await transport.call({ ...post, body: {} }, { userAgent: 'ccm' }).then(
      () => 'repeated',
      ({ outcome: known }: { readonly outcome: unknown }) => known,
    );
    expect(outcome).toBe(what === 'repeated' ? what : 'unknown');
    expect(agent.pendingInterceptors()).toHaveLength(what === 'repeated' ? 0 : 1);
  });
});
