import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { silentLogger } from '@k8s-ccm/foundation';
import { TokenAuthenticator } from '../authentication/token-authenticator.ts';
import { Authorizer } from '../authorization/authorizer.ts';
import { readable } from './endpoint.ts';
import { admit, handle } from './request-handler.ts';

const endpoint = readable(() => ({ status: 200, body: '' }));
const served = new Set(['/healthz', '/metrics']);

/** `readers` may get `/metrics`. Tokens are the names of users, or else `bad` and `unknowable`. */
function create(readers: readonly string[]) {
  const clock = new FakeClock();
  const authorizer = new Authorizer({
    reviewer: {
      review: async ({ user }) => {
        if (user.name === 'undecidable') throw new Error('no API server');
        return user.groups.includes('system:authenticated') || user.name === 'system:anonymous'
          ? readers.includes(user.name)
          : false;
      },
    },
    alwaysAllowPaths: ['/healthz', '/livez'],
    authorizedTtlMs: 1,
    unauthorizedTtlMs: 1,
    clock,
  });
  const tokens = new TokenAuthenticator({
    reviewer: {
      review: async (token) => {
        if (token === 'unknowable') throw new Error('no API server');
        return token === 'bad' ? undefined : { name: token, groups: [], extra: {} };
      },
    },
    ttlMs: 1,
    clock,
  });
  return async (path: string, token?: string, method = 'GET') => {
    const headers = token === undefined ? {} : { authorization: [`Bearer ${token}`] };
    const admitted = await admit(
      {
        router: (asked) => (served.has(asked) ? endpoint : undefined),
        authenticators: [tokens],
        authorizer,
        log: silentLogger,
      },
      { method, path, shown: { source: 'a', headers } },
    );
    return 'refusal' in admitted ? admitted.refusal.status : 200;
  };
}

describe('admit', () => {
  it.each([
    { who: 'somebody without credentials', token: undefined, status: 401 },
    { who: 'a bad token', token: 'bad', status: 401 },
    { who: 'somebody without the right', token: 'joe', status: 403 },
    { who: 'somebody with the right', token: 'jane', status: 200 },
  ])('answers $who with $status', async ({ token, status }) => {
    expect(await create(['jane'])('/metrics', token)).toBe(status);
  });

  it('lets those without credentials where the cluster lets them', async () => {
    const ask = create(['system:anonymous']);
    expect(await ask('/metrics')).toBe(200);
    // Who shows something bad is not taken for somebody who shows nothing.
    expect(await ask('/metrics', 'bad')).toBe(401);
  });

  it('asks nobody about what is open to all', async () => {
    const ask = create([]);
    expect(await ask('/healthz', 'unknowable')).toBe(200);
    expect(await ask('/healthz', 'bad')).toBe(200);
    expect(await ask('/healthz', 'unknowable', 'POST')).toBe(405);
    expect(await ask('/livez', 'unknowable')).toBe(404);
  });

  it.each([
    ['GET', '/secrets', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/debug/pprof/', 404],
    ['GET', '/', 404],
    ['POST', '/secrets', 404],
    ['POST', '/metrics', 405],
    ['OPTIONS', '/metrics', 405],
  ])(
    'answers %s %s with 401 or 403 before it says that it is not served',
    async (method, path, status) => {
      const ask = create(['jane']);
      expect(await ask(path, undefined, method)).toBe(401);
      expect(await ask(path, 'bad', method)).toBe(401);
      expect(await ask(path, 'joe', method)).toBe(403);
      expect(await ask(path, 'jane', method)).toBe(status);
    },
  );

  it.each(['unknowable', 'undecidable'])('fails, and lets nobody, for %s', async (token) => {
    await expect(create(['unknowable', 'undecidable'])('/metrics', token)).rejects.toThrow(
      'no API server',
    );
  });
});

describe('handle', () => {
  it('answers a request of which Node cannot read the headers, and goes on', async () => {
    const request = Object.assign(new IncomingMessage(new Socket()), {
      method: 'GET',
      url: '/metrics',
    });
    Object.defineProperty(request, 'headersDistinct', {
      get: () => {
        throw new TypeError('push is not a function');
      },
    });
    const response = new ServerResponse(request);
    const { clock, ...ttl } = { clock: new FakeClock(), authorizedTtlMs: 1, unauthorizedTtlMs: 1 };
    const authorizer = new Authorizer({ alwaysAllowPaths: [], ...ttl, clock });
    const options = { router: () => endpoint, authenticators: [], authorizer, log: silentLogger };
    await handle(options, { request, response, source: 'a' });
    expect(response.statusCode).toBe(500);
  });
});
