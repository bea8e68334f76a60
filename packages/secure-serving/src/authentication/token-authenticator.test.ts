import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@k8s-ccm/controller-runtime/testing';
import { TokenAuthenticator } from './token-authenticator.ts';
import { kubeTokenReviewer } from './token-review.ts';

function create() {
  const clock = new FakeClock();
  const asked: string[] = [];
  const authenticator = new TokenAuthenticator({
    reviewer: {
      review: async (token) => {
        asked.push(token);
        if (token === 'unknowable') throw new Error('cannot be asked');
        return token === 'good' ? { name: 'jane', groups: [], extra: {} } : undefined;
      },
    },
    ttlMs: 10_000,
    clock,
  });
  const ask = (authorization?: string) =>
    authenticator.authenticate({
      source: 'a',
      headers: authorization === undefined ? {} : { authorization: [authorization] },
    });
  return { clock, asked, ask };
}

describe('TokenAuthenticator', () => {
  it.each([
    ['Bearer good', { kind: 'user', user: { name: 'jane', groups: [], extra: {} } }],
    ['bearer  good ', { kind: 'user', user: { name: 'jane', groups: [], extra: {} } }],
    ['Bearer bad', { kind: 'refused', reason: 'the token is not valid' }],
    ['Bearer', { kind: 'none' }],
    ['Basic good', { kind: 'none' }],
    [undefined, { kind: 'none' }],
  ])('makes of %j %j', async (authorization, result) => {
    expect(await create().ask(authorization)).toEqual(result);
  });

  it('remembers for ten seconds whose a token is, and that it is nobody’s', async () => {
    const { clock, asked, ask } = create();
    for (const token of ['good', 'bad', 'good', 'bad']) await ask(`Bearer ${token}`);
    expect(asked).toEqual(['good', 'bad']);
    await clock.advance(10_000);
    await ask('Bearer good');
    expect(asked).toEqual(['good', 'bad', 'good']);
  });

  it('does not know who it is where nobody can be asked', async () => {
    await expect(create().ask('Bearer unknowable')).rejects.toThrow('cannot be asked');
  });
});

async function review(status: object) {
  const asked: unknown[] = [];
  const reviewer = kubeTokenReviewer({
    request: async (request) => {
      asked.push(request);
      return JSON.stringify({ status });
    },
  });
  return { user: await reviewer.review('t', new AbortController().signal), asked };
}

describe('kubeTokenReviewer', () => {
  it('asks for a TokenReview', async () => {
    const user = { username: 'jane', uid: 'u-1', groups: ['dev'], extra: { scope: ['all'] } };
    const answer = await review({ authenticated: true, user });
    expect(answer.user).toEqual({
      name: 'jane',
      uid: 'u-1',
      groups: ['dev'],
      extra: { scope: ['all'] },
    });
    expect(answer.asked).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: 't' },
        },
        timeoutMs: 10_000,
      }),
    ]);
  });

  it.each([
    [{}],
    [{ authenticated: false, user: { username: 'jane' } }],
    [{ authenticated: true }],
    [{ authenticated: true, user: { groups: ['system:masters'] } }],
  ])('takes %j for nobody', async (status) => {
    expect((await review(status)).user).toBeUndefined();
  });
});
