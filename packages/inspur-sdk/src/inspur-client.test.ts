import { describe, expect, it } from '@jest/globals';
import type { CloudCall } from '@k8s-ccm/cloud-http';
import { Budget, Secret, systemClock } from '@k8s-ccm/cloud-http';
import { tokenCredentials } from './auth/token-credentials.ts';
import { defaultEndpoints } from './endpoints.ts';
import { InspurClient } from './inspur-client.ts';
import { sharedBudget } from './shared-budgets.ts';
import { scriptedCloud } from './testing/scripted-cloud.ts';

const credentials = tokenCredentials({ token: new Secret('token-1') });

describe('InspurClient', () => {
  it('requires only a region and credentials', async () => {
    await using client = new InspurClient({ region: 'cn-north-3', credentials });
    const signal = AbortSignal.abort(new Error('not today'));
    await expect(client.slb.listListeners('slb-1', { signal })).rejects.toThrow('not today');
  });

  it('derives the endpoints from the region', () => {
    expect(defaultEndpoints('cn-south-1')).toEqual({
      slb: 'https://service.cloud.inspur.com/regionsvc-cn-south-1/slb/v1/slbs',
      ecs: 'https://ecs.cn-south-1.inspurcloudapi.com/',
      vpc: 'https://vpc.cn-south-1.inspurcloudapi.com/',
      eip: 'https://eip.cn-south-1.inspurcloudapi.com/',
    });
  });

  it('accepts an endpoint with a trailing slash', async () => {
    const { sent, slb } = scriptedCloud([{ body: [] }], {
      endpoints: { slb: 'https://cloud.example/slb/v1/slbs/' },
    });
    await slb.listListeners('slb-1');
    expect(sent[0]?.call).toBe('GET {slbs}/slb-1/listeners');
  });

  it.each([
    ['ftp://x.example/', 'expected an http: or https: address'],
    ['nonsense', 'expected an http: or https: address'],
    ['https://x.example/?key=sesame', 'without a query'],
    ['https://me:sesame@x.example/', 'without user name and password'],
  ])('refuses the endpoint %s', (slb, words) => {
    const create = (): unknown =>
      new InspurClient({ region: 'r', credentials, endpoints: { slb } });
    expect(create).toThrow(RangeError);
    expect(create).toThrow(words);
    expect(create).not.toThrow('sesame');
  });

  it('reports its calls', async () => {
    const calls: CloudCall[] = [];
    const { slb } = scriptedCloud([{ status: 503 }, { body: [] }], {
      onCall: (call) => calls.push(call),
    });
    await slb.listListeners('slb-1');
    expect(calls.map(({ phase, operation, status }) => [phase, operation, status])).toEqual([
      ['attempt', 'ListListeners', 503],
      ['attempt', 'ListListeners', 200],
      ['call', 'ListListeners', 200],
    ]);
  });

  it('sends the configured user agent', async () => {
    const { sent, slb } = scriptedCloud([{ body: [] }], {
      userAgent: 'ccm/1',
      correlationId: () => 'sync-1',
    });
    await slb.listListeners('slb-1');
    expect(sent[0]?.headers).toMatchObject({ 'user-agent': 'ccm/1', 'x-request-id': 'sync-1' });
  });

  it('uses the given budget', async () => {
    const budget = new Budget({ concurrency: 1 });
    const permit = await budget.acquire('repair');
    const { sent, slb } = scriptedCloud([{ body: [] }], { budget });
    const call = slb.listListeners('slb-1');
    expect([sent.length, budget.waiting]).toEqual([0, 1]);
    permit.release();
    await call;
  });
});

describe('sharedBudget', () => {
  it('returns one budget per account', () => {
    const budget = sharedBudget('account-1', systemClock, { concurrency: 3 });
    expect(sharedBudget('account-1', systemClock, {})).toBe(budget);
    expect(sharedBudget('account-2', systemClock, {})).not.toBe(budget);
  });

  it('applies the limits of the newest client', async () => {
    const budget = sharedBudget('account-3', systemClock, { concurrency: 1 });
    await budget.acquire('repair');
    const waiting = budget.acquire('repair');
    expect(budget.waiting).toBe(1);
    sharedBudget('account-3', systemClock, { concurrency: 2 });
    await waiting;
    expect(budget.inFlight).toBe(2);
  });

  it('returns separate budgets for tokens whose account is unknown', () => {
    const token = new Secret('t');
    const accounts = [tokenCredentials({ token }), tokenCredentials({ token })];
    expect(new Set(accounts.map(({ account }) => account)).size).toBe(2);
    expect(tokenCredentials({ token, account: 'a' }).account).toBe(
      tokenCredentials({ token, account: 'a' }).account,
    );
  });
});
