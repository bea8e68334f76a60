import { describe, expect, it } from '@jest/globals';
import { CloudApiError } from '@k8s-ccm/cloud-http';
import { isListenerNotFound, isSlbNotFound } from './slb-error-predicates.ts';
import type { CallOptions, Slb, SlbClient } from './slb.ts';
import {
  listenerSpec,
  memberSpec,
  otherMemberSpec,
  wireListener,
  wireMember,
  wireSlb,
} from './testing/samples.ts';
import type { Reply } from './testing/scripted-cloud.ts';
import { scriptedCloud } from './testing/scripted-cloud.ts';

const slb = {
  ...wireSlb,
  expiredTime: '',
  chargeType: '',
};
const listener = { ...listenerSpec, slbId: 'slb-1', listenerId: 'listener-1', certificateId: '' };
const { listenerId: _, ...requestBody } = wireListener;
const done = { code: '0', message: 'ok' };

interface Case {
  readonly name: string;
  readonly run: (client: SlbClient, options?: CallOptions) => Promise<unknown>;
  readonly reply: Reply;
  readonly call: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly result?: unknown;
}

const slbSpec = {
  slbName: 'front',
  scheme: 'internal',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  specificationId: 'spec-1',
  chargeType: 'hourly',
} as const;

const cases: readonly Case[] = [
  {
    name: 'getLoadBalancer',
    run: (client, options) => client.getLoadBalancer('slb-1', options),
    reply: { body: [wireSlb] },
    call: 'GET {slbs}',
    query: { slbId: 'slb-1' },
    result: slb,
  },
  {
    name: 'createLoadBalancer',
    run: (client, options) => client.createLoadBalancer({ ...slbSpec, eipId: 'eip-1' }, options),
    reply: { body: wireSlb },
    call: 'POST {slbs}',
    body: { ...slbSpec, eipId: 'eip-1' },
    result: slb,
  },
  {
    name: 'renameLoadBalancer',
    run: (client, options) => client.renameLoadBalancer('slb-1', 'back', options),
    reply: { body: { ...wireSlb, slbName: 'back', chargeType: 'hourly' } },
    call: 'PUT {slbs}/slb-1',
    body: { slbName: 'back' },
  },
  {
    name: 'deleteLoadBalancer',
    run: (client, options) => client.deleteLoadBalancer('slb-1', options),
    reply: { status: 202, body: done },
    call: 'DELETE {slbs}/slb-1',
  },
  {
    name: 'bindEip',
    run: (client, options) => client.bindEip('slb-1', 'eip-1', options),
    reply: { body: done },
    call: 'POST {slbs}/slb-1/eip',
    body: { eipId: 'eip-1' },
  },
  {
    name: 'unbindEip',
    run: (client, options) => client.unbindEip('slb-1', options),
    reply: { body: done },
    call: 'DELETE {slbs}/slb-1/eip',
  },
  {
    name: 'listListeners',
    run: (client, options) => client.listListeners('slb-1', options),
    reply: { body: [wireListener] },
    call: 'GET {slbs}/slb-1/listeners',
    result: [listener],
  },
  {
    name: 'getListener',
    run: (client, options) => client.getListener('slb-1', 'listener-1', options),
    reply: { body: wireListener },
    call: 'GET {slbs}/slb-1/listeners/listener-1',
    result: listener,
  },
  {
    name: 'createListener',
    run: (client, options) => client.createListener('slb-1', listenerSpec, options),
    reply: { body: wireListener },
    call: 'POST {slbs}/slb-1/listeners/',
    body: requestBody,
    result: listener,
  },
  {
    name: 'updateListener',
    run: (client, options) => client.updateListener('slb-1', 'listener-1', listenerSpec, options),
    reply: { body: wireListener },
    call: 'PUT {slbs}/slb-1/listeners/listener-1',
    body: requestBody,
    result: listener,
  },
  {
    name: 'deleteListener',
    run: (client, options) => client.deleteListener('slb-1', 'listener-1', options),
    reply: { status: 204 },
    call: 'DELETE {slbs}/slb-1/listeners/listener-1',
  },
  {
    name: 'listMembers',
    run: (client, options) => client.listMembers('slb-1', 'listener-1', options),
    reply: { body: [{ ...wireMember, extra: 1 }] },
    call: 'GET {slbs}/slb-1/listeners/listener-1/members',
    result: [wireMember],
  },
  {
    name: 'addMembers',
    run: (client, options) =>
      client.addMembers('slb-1', 'listener-1', [memberSpec, otherMemberSpec], options),
    reply: { body: { ...done, data: [wireMember] } },
    call: 'POST {slbs}/slb-1/listeners/listener-1/members',
    body: [memberSpec, otherMemberSpec],
    result: [wireMember],
  },
  {
    name: 'removeMembers',
    run: (client, options) => client.removeMembers('slb-1', 'listener-1', ['b-1', 'b-2'], options),
    reply: { body: done },
    call: 'DELETE {slbs}/slb-1/listeners/listener-1/members',
    query: { backendIdList: '["b-1","b-2"]' },
  },
  {
    name: 'updateMember',
    run: (client, options) =>
      client.updateMember('slb-1', 'listener-1', 'b-1', { weight: 5, port: 30081 }, options),
    reply: { body: done },
    call: 'PUT {slbs}/slb-1/listeners/listener-1/members/b-1',
    body: { weight: 5, port: 30081 },
  },
];

describe('the SLB API', () => {
  it.each(cases)('$name: $call', async ({ run, reply, call, query = {}, body, result }) => {
    const { agent, sent, slb: client } = scriptedCloud([reply]);
    expect(await run(client)).toEqual(result);
    expect(sent).toMatchObject([{ call, query }]);
    expect(sent[0]?.body).toEqual(body);
    agent.assertNoPendingInterceptors();
  });

  it.each(cases)('$name ends with the reason of the caller', async ({ run, reply }) => {
    const { sent, slb: client } = scriptedCloud([reply]);
    const signal = AbortSignal.abort(new Error('lease lost'));
    await expect(run(client, { signal })).rejects.toThrow('lease lost');
    expect(sent).toHaveLength(0);
  });

  it('keeps ids from leaving their place in the path', async () => {
    const { sent, slb: client } = scriptedCloud([{ status: 204 }]);
    await client.deleteListener('../x?y', 'a/b');
    expect(sent[0]?.call).toBe('DELETE {slbs}/..%2Fx%3Fy/listeners/a%2Fb');
  });

  it.each([
    ['an empty list', { body: [] }],
    ['a list of others, because the filter is ignored', { body: [{ ...wireSlb, slbId: 'slb-9' }] }],
    ['its code', { status: 404, body: { code: '107.001404', message: 'not found' } }],
    ['its code under a good status', { body: { code: '107.001404', message: 'not found' } }],
    ['a bare 404', { status: 404 }],
  ])('says that there is no such load balancer, told by %s', async (__name, reply) => {
    const { slb: client } = scriptedCloud([reply]);
    const error: unknown = await client.getLoadBalancer('slb-1').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CloudApiError);
    expect(isSlbNotFound(error)).toBe(true);
  });

  it('makes no call for no members', async () => {
    const { sent, slb: client } = scriptedCloud([]);
    expect(await client.addMembers('slb-1', 'listener-1', [])).toEqual([]);
    await client.removeMembers('slb-1', 'listener-1', []);
    expect(sent).toHaveLength(0);
  });

  it.each([
    ['nothing', { code: '0' }],
    ['something else', { code: '0', data: ['b-1'] }],
    ['null', { code: '0', data: null }],
  ])('adds members also where the answer names %s', async (__name, body) => {
    const { slb: client } = scriptedCloud([{ body }]);
    expect(await client.addMembers('slb-1', 'listener-1', [memberSpec])).toEqual([]);
  });

  it('sends the certificate of an HTTPS listener', async () => {
    const { sent, slb: client } = scriptedCloud([{ body: wireListener }]);
    await client.createListener('slb-1', { ...listenerSpec, certificateId: 'cert-1' });
    expect(sent[0]?.body).toMatchObject({ certificateId: 'cert-1' });
  });

  it('sends all health fields also where the check is off, because a PUT resets what it leaves out', async () => {
    const { sent, slb: client } = scriptedCloud([{ body: wireListener }]);
    const healthCheck = { ...listenerSpec.healthCheck, enabled: false };
    await client.updateListener('slb-1', 'listener-1', { ...listenerSpec, healthCheck });
    expect(sent[0]?.body).toEqual({ ...requestBody, isHealthCheck: '0' });
  });

  it('asks in the lane it is told', async () => {
    const { slb: client } = scriptedCloud([{ body: [] }]);
    expect(await client.listListeners('slb-1', { lane: 'repair' })).toEqual([]);
  });
});

function named(...ids: readonly number[]): unknown[] {
  return ids.map((id) =>
    Object.assign({}, wireSlb, { slbId: `slb-${id}`, slbName: `name-${id % 2}` }),
  );
}

function idsOf(found: readonly Slb[]): readonly string[] {
  return found.map(({ slbId }) => slbId);
}

describe('listing load balancers', () => {
  it('reads page after page until nothing new comes', async () => {
    const { sent, slb: client } = scriptedCloud([
      { body: named(1, 2) },
      { body: named(3) },
      { body: [] },
    ]);
    expect(idsOf(await client.listLoadBalancers())).toEqual(['slb-1', 'slb-2', 'slb-3']);
    expect(sent.map(({ query }) => query['pageNo'])).toEqual(['1', '2', '3']);
  });

  it('ends where the server does not page and gives the same each time', async () => {
    const { slb: client } = scriptedCloud([{ body: named(1, 2, 3) }, { body: named(1, 2, 3) }]);
    expect(idsOf(await client.listLoadBalancers())).toEqual(['slb-1', 'slb-2', 'slb-3']);
  });

  it('gives those with exactly the name, also where the server ignores the filter', async () => {
    const { sent, slb: client } = scriptedCloud([{ body: named(1, 2, 3) }, { body: [] }]);
    expect(idsOf(await client.listLoadBalancers({ name: 'name-1' }))).toEqual(['slb-1', 'slb-3']);
    expect(sent[0]?.query).toMatchObject({ slbName: 'name-1' });
  });
});

describe('reading answers', () => {
  it('takes what the cloud leaves out for empty', async () => {
    const bare = { slbId: 'slb-1', slbName: 'x', eipAddress: null, state: 'unheard-of', new: {} };
    const { slb: client } = scriptedCloud([{ body: [bare] }]);
    expect(await client.getLoadBalancer('slb-1')).toMatchObject({
      eipAddress: '',
      businessIp: '',
      state: 'unheard-of',
      listenerCount: undefined,
    });
  });

  it.each([
    ['"1"', '1', true],
    ['"0"', '0', false],
    ['nothing', undefined, false],
    ['1', 1, true],
    ['true', true, true],
  ])('reads isHealthCheck %s', async (__name, isHealthCheck, enabled) => {
    const { slb: client } = scriptedCloud([{ body: { ...wireListener, isHealthCheck } }]);
    expect((await client.getListener('slb-1', 'listener-1')).healthCheck.enabled).toBe(enabled);
  });

  it('takes the documented defaults for a listener without health fields', async () => {
    const { listenerId, listenerName, protocol, port, slbId, forwardRule } = wireListener;
    const body = { listenerId, listenerName, protocol, port, slbId, forwardRule };
    const { slb: client } = scriptedCloud([{ body }]);
    expect((await client.getListener('slb-1', 'listener-1')).healthCheck).toEqual({
      enabled: false,
      type: 'tcp',
      port: 0,
      periodSeconds: 0,
      timeoutSeconds: 0,
      maxTries: 0,
      domain: '',
      path: '',
    });
  });

  it.each([
    [{ port: '80' }, 'listeners.1.port: expected int, got "80"'],
    [{ port: 80.5 }, 'listeners.1.port: expected int, got 80.5'],
    [{ listenerId: '' }, 'listeners.1.listenerId: expected id, got ""'],
    [{ listenerName: null }, 'listeners.1.listenerName: expected string, got null'],
    [{ isHealthCheck: 'maybe' }, 'listeners.1.isHealthCheck: expected "0" | "1", got "maybe"'],
  ])('is strict where a mistake would do harm: %j', async (wrong, line) => {
    const body = [wireListener, { ...wireListener, ...wrong }];
    const { slb: client } = scriptedCloud([{ body }]);
    await expect(client.listListeners('slb-1')).rejects.toMatchObject({ issues: [line] });
  });
});

describe('repeating what is safe', () => {
  it('takes a listener that is gone after a broken attempt for deleted', async () => {
    const gone = { status: 404, body: { code: '107.002404', message: 'gone' } };
    const { slb: client } = scriptedCloud([{ break: 'ECONNRESET' }, gone]);
    expect(await client.deleteListener('slb-1', 'listener-1')).toBeUndefined();
  });

  it('says so where the listener was gone from the start', async () => {
    const gone = { status: 404, body: { code: '107.002404', message: 'gone' } };
    const { slb: client } = scriptedCloud([gone]);
    const error: unknown = await client.deleteListener('slb-1', 'x').catch((e: unknown) => e);
    expect(isListenerNotFound(error)).toBe(true);
  });

  it.each(cases.filter(({ call }) => /^(GET|PUT)/.test(call)))(
    '$name is repeated after a reset, a 503 and a broken body',
    async ({ run, reply, result }) => {
      const { slb: client, agent } = scriptedCloud([
        { break: 'ECONNRESET' },
        { status: 503 },
        { body: '<html>' },
        reply,
      ]);
      expect(await run(client)).toEqual(result);
      agent.assertNoPendingInterceptors();
    },
  );
});
