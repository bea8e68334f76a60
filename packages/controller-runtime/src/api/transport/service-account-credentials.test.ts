import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@k8s-ccm/cloud-provider';
import { ApiError } from '../errors/api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { serviceAccountCredentials } from './service-account-credentials.ts';
import { FakeClock } from '../../testing/fake-clock.ts';

/** A server with one namespace, in which tokens live for `lifeMs` milliseconds. */
function start({ exists = true, lifeMs = 3_600_000 } = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const server = { exists, refusal: undefined as ApiError | undefined };
  const client = {
    request: async (request: ApiRequest) => {
      await clock.sleep(10);
      asked.push(`${request.method} ${request.path}`);
      if (server.refusal !== undefined) throw server.refusal;
      if (!request.path.endsWith('/token')) {
        if (server.exists) refuse(409, request);
        server.exists = true;
        return '{}';
      }
      if (!server.exists) refuse(404, request);
      const expirationTimestamp = new Date(clock.now() + lifeMs).toISOString();
      return JSON.stringify({ status: { token: `token-${asked.length}`, expirationTimestamp } });
    },
  };
  const credentials = serviceAccountCredentials({
    client,
    namespace: 'kube-system',
    name: 'node-controller',
    clock,
    log: silentLogger,
  });
  const get = async (): Promise<unknown> => {
    const headers = credentials.headers();
    headers.catch(() => undefined);
    await clock.advance(30);
    return await headers;
  };
  return { clock, server, asked, credentials, get };
}

const token = 'POST /api/v1/namespaces/kube-system/serviceaccounts/node-controller/token';
const account = 'POST /api/v1/namespaces/kube-system/serviceaccounts';

describe('the credentials of a service account', () => {
  it('use a token that is fetched again when a fifth of its lifetime is left', async () => {
    const { clock, asked, get } = start();
    expect(await get()).toEqual({ authorization: 'Bearer token-1' });
    await clock.advance(2_880_000 - 100);
    expect(await get()).toEqual({ authorization: 'Bearer token-1' });
    await clock.advance(100);
    expect(await get()).toEqual({ authorization: 'Bearer token-2' });
    expect(asked).toEqual([token, token]);
  });

  it('create the account if it does not exist', async () => {
    const { asked, get } = start({ exists: false });
    expect(await get()).toEqual({ authorization: 'Bearer token-3' });
    expect(asked).toEqual([token, account, token]);
  });

  it('continue if another replica created the account in the meantime', async () => {
    const { clock, server, asked, credentials } = start({ exists: false });
    const headers = credentials.headers();
    await clock.advance(10);
    server.exists = true;
    await clock.advance(20);
    expect(await headers).toEqual({ authorization: 'Bearer token-3' });
    expect(asked).toEqual([token, account, token]);
  });

  it('are fetched once for all refused requests', async () => {
    const { asked, credentials, get } = start();
    await get();
    const refused = await credentials.headers();
    credentials.refuse(refused);
    credentials.refuse(refused);
    expect(await get()).toEqual({ authorization: 'Bearer token-2' });
    expect(asked).toHaveLength(2);
  });

  it('are not fetched for each request while the server refuses every token', async () => {
    const { clock, asked, credentials, get } = start();
    for (let second = 0; second < 60; second += 1) {
      await get();
      credentials.refuse(await credentials.headers());
      await clock.advance(970);
    }
    expect(asked.length).toBeLessThan(8);
    expect(asked.length).toBeGreaterThan(3);
  });

  it('keep the old token while no new one is available, and retry every 10 s', async () => {
    const { clock, server, asked, get } = start();
    await get();
    await clock.advance(2_880_000);
    server.refusal = new ApiError({
      method: 'POST',
      path: '/token',
      status: 403,
      reason: 'Forbidden',
      message: 'not any more',
    });
    expect(await get()).toEqual({ authorization: 'Bearer token-1' });
    await clock.advance(5_000);
    expect(await get()).toEqual({ authorization: 'Bearer token-1' });
    expect(asked).toHaveLength(2);
    server.refusal = undefined;
    await clock.advance(5_000);
    expect(await get()).toEqual({ authorization: 'Bearer token-3' });
  });

  it('report why there are none', async () => {
    const { server, get } = start();
    server.refusal = new ApiError({
      method: 'POST',
      path: '/token',
      status: 403,
      reason: 'Forbidden',
      message: 'may not create tokens',
    });
    await expect(get()).rejects.toThrow('may not create tokens');
  });

  it('do not fetch more often if the clocks disagree', async () => {
    const { clock, asked, get } = start({ lifeMs: -50_000 });
    await get();
    await clock.advance(479_000);
    await get();
    expect(asked).toHaveLength(1);
    await clock.advance(1_000);
    await get();
    expect(asked).toHaveLength(2);
  });
});

function refuse(status: number, { method, path }: ApiRequest): never {
  const reason = status === 404 ? 'NotFound' : 'AlreadyExists';
  throw new ApiError({ method, path, status, reason, message: 'by the test' });
}
