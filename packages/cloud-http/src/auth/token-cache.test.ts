import { describe, expect, it } from '@jest/globals';
import { CloudApiError } from '../answer/errors.ts';
import { failureOf } from '../testing/failure-of.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { Secret } from './secret.ts';
import type { Token } from './token-cache.ts';
import { TokenCache } from './token-cache.ts';

/** Returns a token issuer whose responses the test controls. */
function issuer() {
  const clock = new ManualClock();
  const asked: PromiseWithResolvers<Token>[] = [];
  const cache = new TokenCache({
    clock,
    random: { next: () => 1 },
    fetch: () => {
      const question = Promise.withResolvers<Token>();
      asked.push(question);
      return question.promise;
    },
  });
  const answer = async (reply: Token | Error): Promise<void> => {
    const question = asked.at(-1);
    if (reply instanceof Error) question?.reject(reply);
    else question?.resolve(reply);
    await clock.advance(0);
  };
  return { clock, cache, asked, answer };
}

function token(value: string, lifetimeMs = 300_000): Token {
  return { value: new Secret(value), lifetimeMs };
}

describe('TokenCache', () => {
  it('makes one request for many callers and reuses the token while it is valid', async () => {
    const { cache, asked, answer, clock } = issuer();
    const callers = Promise.all(Array.from({ length: 20 }, () => cache.get()));
    await answer(token('one'));
    expect(new Set((await callers).map((got) => got.value.reveal()))).toEqual(new Set(['one']));
    await clock.advance(200_000);
    await cache.get();
    expect(asked).toHaveLength(1);
  });

  it('replaces the token in the background before it expires, while the old one is still in use', async () => {
    const { cache, asked, answer, clock } = issuer();
    const first = cache.get();
    await answer(token('old'));
    await first;
    await clock.advance(250_000);
    expect((await cache.get()).value.reveal()).toBe('old');
    expect((await cache.get()).value.reveal()).toBe('old');
    expect(asked).toHaveLength(2);
    await answer(token('new'));
    expect((await cache.get()).value.reveal()).toBe('new');
  });

  it('waits for a new token after the old one has expired', async () => {
    const { cache, asked, answer, clock } = issuer();
    const first = cache.get();
    await answer(token('old'));
    await first;
    await clock.advance(300_000);
    const next = cache.get();
    await answer(token('new'));
    expect((await next).value.reveal()).toBe('new');
    expect(asked).toHaveLength(2);
  });

  it('counts the lifetime from the request, not from a slow response', async () => {
    const { cache, asked, answer, clock } = issuer();
    const first = cache.get();
    await clock.advance(9000);
    await answer(token('short', 10_000));
    await first;
    await clock.advance(1000);
    const next = cache.get();
    expect(asked).toHaveLength(2);
    await answer(token('new'));
    expect((await next).value.reveal()).toBe('new');
  });

  it('shares one refresh among all callers whose token was refused', async () => {
    const { cache, asked, answer } = issuer();
    const first = cache.get();
    await answer(token('refused'));
    const refused = await first;
    cache.invalidate(refused, 'slb');
    const again = [cache.get(), cache.get()];
    cache.invalidate(refused, 'slb');
    again.push(cache.get());
    await answer(token('good'));
    await Promise.all(again);
    cache.invalidate(refused, 'slb');
    expect((await cache.get()).value.reveal()).toBe('good');
    expect(asked).toHaveLength(2);
  });

  it('backs off while each fresh token is refused, and resets after a success', async () => {
    const { cache, asked, answer, clock } = issuer();
    const current = async (): Promise<Token> => {
      const got = cache.get();
      await answer(token(`token-${asked.length}`));
      return await got;
    };
    for (let round = 0; round < 120; round += 1) {
      cache.invalidate(await current(), 'slb');
      await clock.advance(5000);
    }
    // The first token, those of the first minutes, and those that expired.
    expect(asked.length).toBeLessThan(15);
    cache.accept(await current(), 'slb');
    const before = asked.length;
    expect(cache.invalidate(await current(), 'slb')).toBe(true);
    await current();
    expect(asked).toHaveLength(before + 1);
  });

  it('continues to back off for a host that refuses tokens which another host accepts', async () => {
    const { cache, asked, answer, clock } = issuer();
    for (let round = 0; round < 120; round += 1) {
      const got = cache.get();
      await answer(token(`token-${asked.length}`));
      cache.accept(await got, 'slb');
      cache.invalidate(await got, 'ecs');
      await clock.advance(5000);
    }
    expect(asked.length).toBeLessThan(15);
  });

  it('backs off from a failing issuer', async () => {
    const { cache, asked, answer, clock } = issuer();
    const attemptAfter = async (ms: number): Promise<number> => {
      await clock.advance(ms);
      const attempt = cache.get();
      const failure = failureOf(attempt);
      await answer(new Error('down'));
      expect(String(await failure)).toContain('down');
      return asked.length;
    };
    expect(await attemptAfter(0)).toBe(1);
    expect(await attemptAfter(999)).toBe(1);
    expect(await attemptAfter(1)).toBe(2);
    expect(await attemptAfter(1999)).toBe(2);
    expect(await attemptAfter(1)).toBe(3);
    await clock.advance(4000);
    const healed = cache.get();
    await answer(token('good'));
    expect((await healed).value.reveal()).toBe('good');
  });

  it('honors the Retry-After of the issuer', async () => {
    const { cache, asked, answer, clock } = issuer();
    const busy = new CloudApiError('busy', {
      operation: 'ExchangeToken',
      method: 'POST',
      url: 'https://auth.example/',
      outcome: 'refused',
      retryable: true,
      attempts: 1,
      status: 429,
      apiCode: '',
      requestId: '',
      bodyKind: 'empty',
      retryAfterMs: 90_000,
    });
    const attempt = failureOf(cache.get());
    await answer(busy);
    expect(await attempt).toBe(busy);
    await clock.advance(89_999);
    expect(await failureOf(cache.get())).toBe(busy);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    const healed = cache.get();
    await answer(token('good'));
    expect((await healed).value.reveal()).toBe('good');
  });

  it('keeps using the old token while the issuer fails', async () => {
    const { cache, asked, answer, clock } = issuer();
    const first = cache.get();
    await answer(token('old'));
    await first;
    await clock.advance(250_000);
    await cache.get();
    await answer(new Error('down'));
    expect((await cache.get()).value.reveal()).toBe('old');
    expect(asked).toHaveLength(2);
    await clock.advance(1000);
    await cache.get();
    expect(asked).toHaveLength(3);
  });

  it('releases a caller whose signal aborts, and continues for the others', async () => {
    const { cache, answer } = issuer();
    const stop = new AbortController();
    const leaving = failureOf(cache.get({ signal: stop.signal }));
    const staying = cache.get();
    stop.abort(new Error('enough'));
    expect(String(await leaving)).toContain('enough');
    await answer(token('one'));
    expect((await staying).value.reveal()).toBe('one');
  });

  it('requests a token immediately after the pause is ended', async () => {
    const { cache, asked, answer } = issuer();
    const refused = failureOf(cache.get());
    await answer(new Error('no'));
    await refused;
    expect([cache.isPausing, asked.length]).toEqual([true, 1]);
    cache.endPause();
    const got = cache.get();
    await answer(token('one'));
    expect([cache.isPausing, (await got).value.reveal(), asked.length]).toEqual([false, 'one', 2]);
  });
});
