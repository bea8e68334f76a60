import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { kubeAccessReviewer } from './access-review.ts';
import { Authorizer } from './authorizer.ts';
import type { AuthorizerOptions } from './authorizer.ts';

function create(options: Partial<AuthorizerOptions> = {}) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const authorizer = new Authorizer({
    reviewer: {
      review: async ({ user, path, verb }) => {
        asked.push(`${user.name} ${verb} ${path}`);
        if (user.name === 'unknowable') throw new Error('cannot be asked');
        return user.name === 'jane';
      },
    },
    alwaysAllowPaths: ['/healthz', 'open/*'],
    authorizedTtlMs: 10_000,
    unauthorizedTtlMs: 5000,
    clock,
    ...options,
  });
  const ask = (name: string, path = '/metrics', groups: readonly string[] = []) =>
    authorizer.mayAccess({ user: { name, groups, extra: {} }, path, verb: 'get', source: 'a' });
  return { clock, asked, ask, authorizer };
}

describe('Authorizer', () => {
  it.each([
    ['/healthz', true],
    ['/healthz/ping', false],
    ['/healthzz', false],
    ['/open/', true],
    ['/open/a/b', true],
    ['/open', false],
    ['/metrics', false],
  ])('%s is open to all: %s', (path, isOpen) => {
    expect(create().authorizer.isOpen(path)).toBe(isOpen);
  });

  it('asks who may do what, and remembers a yes longer than a no', async () => {
    const { clock, asked, ask } = create();
    expect([await ask('jane'), await ask('joe')]).toEqual([true, false]);
    await clock.advance(4999);
    await ask('jane');
    await ask('joe');
    expect(asked).toEqual(['jane get /metrics', 'joe get /metrics']);
    await clock.advance(1);
    await ask('jane');
    await ask('joe');
    expect(asked).toHaveLength(3);
  });

  it('remembers nothing of one for another: neither path nor groups', async () => {
    const { asked, ask } = create();
    await ask('jane');
    await ask('jane', '/configz');
    await ask('jane', '/metrics', ['dev']);
    expect(asked).toHaveLength(3);
  });

  it('asks nobody about the masters', async () => {
    const { asked, ask } = create();
    expect(await ask('root', '/metrics', ['system:masters'])).toBe(true);
    expect(asked).toEqual([]);
  });

  it('lets nobody where nobody can be asked', async () => {
    await expect(create().ask('unknowable')).rejects.toThrow('cannot be asked');
    const { alwaysAllowPaths, authorizedTtlMs, unauthorizedTtlMs, clock } = {
      alwaysAllowPaths: [],
      authorizedTtlMs: 1,
      unauthorizedTtlMs: 1,
      clock: new FakeClock(),
    };
    const alone = new Authorizer({ alwaysAllowPaths, authorizedTtlMs, unauthorizedTtlMs, clock });
    const user = { name: 'jane', groups: [], extra: {} };
    expect(await alone.mayAccess({ user, path: '/metrics', verb: 'get', source: 'a' })).toBe(false);
  });
});

async function review(status: object) {
  const asked: unknown[] = [];
  const reviewer = kubeAccessReviewer({
    request: async (request) => {
      asked.push(request);
      return JSON.stringify({ status });
    },
  });
  const user = { name: 'jane', uid: 'u-1', groups: ['dev'], extra: { scope: ['all'] } };
  const access = { user, path: '/metrics', verb: 'get', source: 'a' };
  return { allowed: await reviewer.review(access, new AbortController().signal), asked };
}

describe('kubeAccessReviewer', () => {
  it('asks for a SubjectAccessReview on the path', async () => {
    const { allowed, asked } = await review({ allowed: true });
    expect(allowed).toBe(true);
    expect(asked).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user: 'jane',
            uid: 'u-1',
            groups: ['dev'],
            extra: { scope: ['all'] },
            nonResourceAttributes: { path: '/metrics', verb: 'get' },
          },
        },
        timeoutMs: 10_000,
      }),
    ]);
  });

  it.each([[{}], [{ allowed: false }], [{ allowed: true, denied: true }]])(
    'takes %j for a no',
    async (status) => {
      expect((await review(status)).allowed).toBe(false);
    },
  );
});
