import { describe, expect, it } from '@jest/globals';
import { CloudApiError, CloudError } from '@k8s-ccm/cloud-http';
import type { CallOptions } from '../call/call-options.ts';
import {
  addOrThrow,
  listenerSpec,
  memberSpec,
  otherMemberSpec,
  wireListener,
  wireMember,
  wireSlb,
} from '../testing/samples.ts';
import type { Reply } from '../testing/scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';
import { isListenerNotFound, isSlbNotFound } from './slb-error-predicates.ts';
import type { Slb, SlbClient } from './slb.ts';

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
    run: (client, options) => client.members.list('slb-1', 'listener-1', options),
    reply: { body: [{ ...wireMember, extra: 1 }] },
    call: 'GET {slbs}/slb-1/listeners/listener-1/members',
    result: [wireMember],
  },
  {
    name: 'addMembers',
    run: (client, options) => addOrThrow(client, [memberSpec, otherMemberSpec], options),
    reply: { body: { ...done, data: [wireMember] } },
    call: 'POST {slbs}/slb-1/listeners/listener-1/members',
    body: [memberSpec, otherMemberSpec],
    result: { added: [memberSpec, otherMemberSpec], named: [wireMember], failures: [] },
  },
  {
    name: 'removeMembers',
    run: (client, options) => client.members.remove('slb-1', 'listener-1', ['b-1', 'b-2'], options),
    reply: { body: done },
    call: 'DELETE {slbs}/slb-1/listeners/listener-1/members',
    query: { backendIdList: '["b-1","b-2"]' },
  },
  {
    name: 'updateMember',
    run: (client, options) =>
      client.members.update('slb-1', 'listener-1', 'b-1', { weight: 5, port: 30081 }, options),
    reply: { body: done },
    call: 'PUT {slbs}/slb-1/listeners/listener-1/members/b-1',
    body: { weight: 5, port: 30081 },
  },
];

function named(...ids: readonly number[]): unknown[] {
  return ids.map((id) =>
    Object.assign({}, wireSlb, { slbId: `slb-${id}`, slbName: `name-${id % 2}` }),
  );
}

function idsOf(found: readonly Slb[]): readonly string[] {
  return found.map(({ slbId }) => slbId);
}

const tenOthers = named(2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

describe('the SLB API', () => {
  it.each(cases)(
    'calls $call for $name',
    async ({ run, reply, call, query = {}, body, result }) => {
      const { agent, sent, slb: client } = scriptedCloud([reply]);
      expect(await run(client)).toEqual(result);
      expect(sent).toMatchObject([{ call, query }]);
      expect(sent[0]?.body).toEqual(body);
      agent.assertNoPendingInterceptors();
    },
  );

  it.each(cases)(
    "rejects with the reason of the caller's signal: $name",
    async ({ run, reply }) => {
      const { sent, slb: client } = scriptedCloud([reply]);
      const signal = AbortSignal.abort(new Error('lease lost'));
      await expect(run(client, { signal })).rejects.toThrow('lease lost');
      expect(sent).toHaveLength(0);
    },
  );

  it('encodes IDs in the path', async () => {
    const { sent, slb: client } = scriptedCloud([{ status: 204 }]);
    await client.deleteListener('../x?y', 'a/b');
    expect(sent[0]?.call).toBe('DELETE {slbs}/..%2Fx%3Fy/listeners/a%2Fb');
  });

  const others = { body: [{ ...wireSlb, slbId: 'slb-9' }] };
  const nothing = { body: [] };

  it.each<readonly [string, readonly Reply[]]>([
    ['an empty list', [nothing]],
    ['a complete list of others, if the filter is ignored', [others, others, nothing, others]],
    ['its code', [{ status: 404, body: { code: '107.001404', message: 'not found' } }]],
    ['its code with a status of success', [{ body: { code: '107.001404', message: 'not found' } }]],
  ])('reports a missing load balancer by %s', async (__name, replies) => {
    const { agent, slb: client } = scriptedCloud(replies);
    const error: unknown = await client.getLoadBalancer('slb-1').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CloudApiError);
    expect(isSlbNotFound(error)).toBe(true);
    agent.assertNoPendingInterceptors();
  });

  it.each<readonly [string, readonly Reply[]]>([
    ['a 404 with the JSON of a gateway', [{ status: 404, body: { error: 'no route' } }]],
    ['an empty 404', [{ status: 404 }]],
    ['a 404 with a page', [{ status: 404, body: '<html>not found</html>' }]],
    ["a 404 with a gateway's code", [{ status: 404, body: { code: '404' } }]],
    ['a 410', [{ status: 410, body: {} }]],
    ['an envelope without a list', [{ body: { code: '0', data: null } }]],
    [
      'others, if the filter is ignored and the list may be truncated',
      [{ body: tenOthers }, { body: tenOthers }, { body: tenOthers }],
    ],
  ])('does not report a missing load balancer by %s', async (__name, replies) => {
    const { agent, slb: client } = scriptedCloud(replies);
    const error: unknown = await client.getLoadBalancer('slb-1').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CloudError);
    expect(isSlbNotFound(error)).toBe(false);
    agent.assertNoPendingInterceptors();
  });

  it('finds a load balancer on another page if the filter is ignored', async () => {
    const { slb: client } = scriptedCloud([
      others,
      others,
      { body: [wireSlb] },
      nothing,
      others,
      { body: [wireSlb] },
    ]);
    expect(await client.getLoadBalancer('slb-1')).toEqual(slb);
  });

  it.each(cases)(
    'fails if the code does not mean success, even with a 200: $name',
    async ({ run }) => {
      for (const code of ['107.777777', '107.000001', '101.001008', 'FAIL', 500]) {
        const { slb: client } = scriptedCloud([{ body: { code, message: 'no' } }]);
        const error: unknown = await run(client).catch((e: unknown) => e);
        expect(error).toMatchObject({ name: 'CloudApiError', apiCode: String(code), status: 200 });
      }
    },
  );

  it.each(['0', 0, '200', 200, '', 'success', 'OK', '107.000000'])(
    'treats the code %j as success',
    async (code) => {
      const { slb: client } = scriptedCloud([{ body: { code, message: '' } }]);
      expect(await client.members.remove('slb-1', 'listener-1', ['b-1'])).toBeUndefined();
    },
  );

  it('makes no call for an empty list of members', async () => {
    const { sent, slb: client } = scriptedCloud([]);
    const nothingAdded = { added: [], named: [], failures: [] };
    expect(await client.members.add('slb-1', 'listener-1', [])).toEqual(nothingAdded);
    await client.members.remove('slb-1', 'listener-1', []);
    expect(sent).toHaveLength(0);
  });

  it.each([
    ['nothing', { code: '0' }],
    ['something else', { code: '0', data: ['b-1'] }],
    ['null', { code: '0', data: null }],
  ])('adds members if the response lists %s', async (__name, body) => {
    const { slb: client } = scriptedCloud([{ body }]);
    const addedUnnamed = { added: [memberSpec], named: [], failures: [] };
    expect(await client.members.add('slb-1', 'listener-1', [memberSpec])).toEqual(addedUnnamed);
  });

  it('sends the certificate of an HTTPS listener', async () => {
    const { sent, slb: client } = scriptedCloud([{ body: wireListener }]);
    await client.createListener('slb-1', { ...listenerSpec, certificateId: 'cert-1' });
    expect(sent[0]?.body).toMatchObject({ certificateId: 'cert-1' });
  });

  it('sends all health check fields even if the check is disabled, because a PUT resets omitted fields', async () => {
    const { sent, slb: client } = scriptedCloud([{ body: wireListener }]);
    const healthCheck = { ...listenerSpec.healthCheck, enabled: false };
    await client.updateListener('slb-1', 'listener-1', { ...listenerSpec, healthCheck });
    expect(sent[0]?.body).toEqual({ ...requestBody, isHealthCheck: '0' });
  });

  it('uses the given lane of the budget', async () => {
    const { slb: client } = scriptedCloud([{ body: [] }]);
    expect(await client.listListeners('slb-1', { lane: 'repair' })).toEqual([]);
  });
});

const none: Reply = { body: [] };
const page = (...ids: readonly number[]): Reply => ({ body: named(...ids) });
const some = (count: number): Reply => page(...Array(count).keys());

describe('listLoadBalancers', () => {
  it.each<readonly [string, readonly Reply[], number, boolean]>([
    [
      'returns an incomplete list after one pass',
      [page(1, 2), page(3), none, page(1, 2), page(3)],
      3,
      true,
    ],
    ['reads a list of one page twice', [page(1), none, page(1)], 1, true],
    ['returns a complete empty list', [none], 0, true],
    ['reads the list of a server that does not page twice', [some(13), some(13)], 13, true],
    ['does not trust a list that may be truncated at 10', [some(10), some(10)], 10, false],
    ['does not trust a list that may be truncated at 100', [some(100), some(100)], 100, false],
    [
      'reads shifted pages until two passes agree',
      // 1 is deleted after the first page was read, so 3 moves to that page.
      [page(1, 2), page(4), none, page(2, 3), page(4), none, page(2, 3), page(4)],
      3,
      true,
    ],
    [
      'returns the entries of all passes, incomplete, if the list changes during each pass',
      [page(1), none, page(2), none, page(3), none],
      3,
      false,
    ],
    [
      'reads the list of a server that repeats its last page',
      [page(1, 2), page(3), page(3), page(1, 2), page(3)],
      3,
      true,
    ],
  ])('a list %s', async (__name, replies, count, complete) => {
    const { agent, slb: client } = scriptedCloud(replies);
    const list = await client.listLoadBalancers();
    expect([list.slbs.length, list.complete, list.calls]).toEqual([
      count,
      complete,
      replies.length,
    ]);
    agent.assertNoPendingInterceptors();
  });

  it('requests the pages in order', async () => {
    const { sent, slb: client } = scriptedCloud([page(1, 2), page(3), none, page(1, 2), page(3)]);
    expect(idsOf((await client.listLoadBalancers()).slbs)).toEqual(['slb-1', 'slb-2', 'slb-3']);
    expect(sent.map(({ query }) => query['pageNo'])).toEqual(['1', '2', '3', '1', '2']);
  });

  it('returns an incomplete list if the pages never end', async () => {
    const replies = [...Array(1000).keys()].map((id) => page(id));
    const list = await scriptedCloud(replies).slb.listLoadBalancers();
    expect([list.complete, list.calls]).toEqual([false, 1000]);
  });

  it('returns those with exactly the name, even if the server ignores the filter', async () => {
    const { sent, slb: client } = scriptedCloud([page(1, 2, 3), none, page(1, 2, 3)]);
    const { slbs } = await client.listLoadBalancers({ name: 'name-1' });
    expect(idsOf(slbs)).toEqual(['slb-1', 'slb-3']);
    expect(sent[0]?.query).toMatchObject({ slbName: 'name-1' });
  });
});

describe('reading responses', () => {
  it('returns empty fields if the cloud omits them', async () => {
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

  it('uses the documented defaults for a listener without health check fields', async () => {
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
  ])('refuses values that would cause harm: %j', async (wrong, line) => {
    const body = [wireListener, { ...wireListener, ...wrong }];
    const { slb: client } = scriptedCloud([{ body }]);
    await expect(client.listListeners('slb-1')).rejects.toMatchObject({ issues: [line] });
  });
});

describe('retrying', () => {
  it('treats a listener that does not exist after a failed attempt as deleted', async () => {
    const gone = { status: 404, body: { code: '107.002404', message: 'gone' } };
    const { slb: client } = scriptedCloud([{ break: 'ECONNRESET' }, gone]);
    expect(await client.deleteListener('slb-1', 'listener-1')).toBeUndefined();
  });

  it('reports a listener that never existed', async () => {
    const gone = { status: 404, body: { code: '107.002404', message: 'gone' } };
    const { slb: client } = scriptedCloud([gone]);
    const error: unknown = await client.deleteListener('slb-1', 'x').catch((e: unknown) => e);
    expect(isListenerNotFound(error)).toBe(true);
  });

  it.each(cases.filter(({ call }) => /^(GET|PUT)/.test(call)))(
    'retries after a reset, a 503, and a broken body: $name',
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
