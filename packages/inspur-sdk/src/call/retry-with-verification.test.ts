import { describe, expect, it } from '@jest/globals';
import { hasUnknownOutcome, retryAfterOf } from '@k8s-ccm/cloud-http';
import { isListenerPortInUse, isQuotaExceeded } from '../slb/slb-error-predicates.ts';
import type { SlbClient } from '../slb/slb.ts';
import {
  addOrThrow,
  listenerSpec,
  memberSpec,
  otherMemberSpec,
  otherWireMember,
  wireListener,
  wireMember,
  wireSlb,
} from '../testing/samples.ts';
import type { Reply } from '../testing/scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const slbSpec = {
  slbName: 'front',
  scheme: 'internal',
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  specificationId: 'spec-1',
  chargeType: 'hourly',
} as const;
const otherSlb = { ...wireSlb, slbName: 'other' };
const ok = { body: { code: '0', message: 'ok' } };

/** Responses with an unknown outcome. */
const unknownOutcomes: readonly (readonly [string, Reply])[] = [
  ['a reset', { break: 'ECONNRESET' }],
  ['a 500', { status: 500 }],
  ['a 503', { status: 503 }],
  ['an internal error by its code', { status: 400, body: { code: '107.999500' } }],
  ['HTML', { body: '<html></html>' }],
  ['a truncated response', { body: '{"listenerId":"li' }],
];

/**
 * Operations that must not be carried out twice, with their call, the responses to their verification, and their
 * result.
 */
const works = [
  {
    name: 'createListener',
    run: (slb: SlbClient): Promise<unknown> => slb.createListener('slb-1', listenerSpec),
    does: 'POST {slbs}/slb-1/listeners/',
    looks: ['GET {slbs}/slb-1/listeners'],
    present: [{ body: [wireListener] }],
    absent: [{ body: [{ ...wireListener, listenerName: 'strange' }] }],
    done: { body: wireListener },
    result: expect.objectContaining({ listenerId: 'listener-1' }),
  },
  {
    name: 'createLoadBalancer',
    run: (slb: SlbClient): Promise<unknown> => slb.createLoadBalancer(slbSpec),
    does: 'POST {slbs}',
    looks: ['GET {slbs}', 'GET {slbs}', 'GET {slbs}'],
    present: [{ body: [wireSlb] }, { body: [] }, { body: [wireSlb] }],
    absent: [{ body: [otherSlb] }, { body: [] }, { body: [otherSlb] }],
    done: { body: wireSlb },
    result: expect.objectContaining({ slbId: 'slb-1' }),
  },
  {
    name: 'members.add',
    run: (slb: SlbClient): Promise<unknown> => addOrThrow(slb, [memberSpec]),
    does: 'POST {slbs}/slb-1/listeners/listener-1/members',
    looks: ['GET {slbs}/slb-1/listeners/listener-1/members'],
    present: [{ body: [wireMember] }],
    absent: [{ body: [] }],
    done: { body: { code: '0', data: [wireMember] } },
    result: { added: [memberSpec], named: [wireMember], failures: [] },
  },
  {
    name: 'members.remove',
    run: (slb: SlbClient): Promise<unknown> =>
      slb.members.remove('slb-1', 'listener-1', ['backend-1']),
    does: 'DELETE {slbs}/slb-1/listeners/listener-1/members',
    looks: ['GET {slbs}/slb-1/listeners/listener-1/members'],
    present: [{ body: [otherWireMember] }],
    absent: [{ body: [wireMember, otherWireMember] }],
    done: ok,
    result: undefined,
  },
  {
    name: 'bindEip',
    run: (slb: SlbClient): Promise<unknown> => slb.bindEip('slb-1', 'eip-1'),
    does: 'POST {slbs}/slb-1/eip',
    looks: ['GET {slbs}'],
    present: [{ body: [wireSlb] }],
    absent: [{ body: [{ ...wireSlb, eipId: null }] }],
    done: ok,
    result: undefined,
  },
  {
    name: 'unbindEip',
    run: (slb: SlbClient): Promise<unknown> => slb.unbindEip('slb-1'),
    does: 'DELETE {slbs}/slb-1/eip',
    looks: ['GET {slbs}'],
    present: [{ body: [{ ...wireSlb, eipId: '' }] }],
    absent: [{ body: [wireSlb] }],
    done: ok,
    result: undefined,
  },
];

const table = works.flatMap((work) =>
  unknownOutcomes.map(([outcome, reply]) => Object.assign({ outcome, reply }, work)),
);

describe('an operation with an unknown outcome', () => {
  it.each(table)(
    'is not retried if the verification finds its result: $name after $outcome',
    async ({ run, does, looks, reply, present, result }) => {
      const { agent, sent, slb } = scriptedCloud([reply, ...present]);
      expect(await run(slb)).toEqual(result);
      expect(sent.map(({ call }) => call).filter((call) => call !== does)).toEqual(looks);
      agent.assertNoPendingInterceptors();
    },
  );

  it.each(table)(
    'is retried if the verification finds no result: $name after $outcome',
    async ({ run, does, reply, absent, done, result }) => {
      const { agent, sent, slb } = scriptedCloud([reply, ...absent, done]);
      expect(await run(slb)).toEqual(result);
      expect(sent.at(-1)?.call).toBe(does);
      agent.assertNoPendingInterceptors();
    },
  );

  it.each(works)('fails after three attempts: $name', async ({ run, absent }) => {
    const round: Reply[] = [{ status: 503 }, ...absent];
    const { agent, slb, clock } = scriptedCloud([...round, ...round, ...round, ok]);
    const error: unknown = await run(slb).catch((e: unknown) => e);
    expect(error).toMatchObject({ status: 503 });
    expect(hasUnknownOutcome(error)).toBe(true);
    expect(agent.pendingInterceptors()).toHaveLength(1);
    expect(clock.waits.filter((ms) => ms > 0)).toHaveLength(3);
  });

  it.each(works)('fails immediately if the cloud requests a long wait: $name', async ({ run }) => {
    const busy = { status: 503, headers: { 'retry-after': '600' } };
    const { sent, slb, clock } = scriptedCloud([busy, ok]);
    const error: unknown = await run(slb).catch((e: unknown) => e);
    expect(retryAfterOf(error)).toBe(600_000);
    expect([sent.length, clock.waits]).toEqual([1, []]);
  });

  it.each(works)('honors a short Retry-After: $name', async (work) => {
    const busy = { status: 503, headers: { 'retry-after': '3' } };
    const { slb, clock } = scriptedCloud([busy, ...work.absent, work.done]);
    expect(await work.run(slb)).toEqual(work.result);
    expect(Math.max(...clock.waits)).toBeGreaterThanOrEqual(3000);
  });

  it.each(works)('is not retried after a refusal: $name', async ({ run }) => {
    const quota = { status: 400, body: { code: '107.003500', message: 'quota' } };
    const { sent, slb } = scriptedCloud([quota, ok]);
    const error: unknown = await run(slb).catch((e: unknown) => e);
    expect(isQuotaExceeded(error)).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it.each(works)(
    'is retried without verification if it certainly did not arrive: $name',
    async (work) => {
      const { sent, slb } = scriptedCloud([{ break: 'ECONNREFUSED' }, { status: 429 }, work.done]);
      expect(await work.run(slb)).toEqual(work.result);
      expect(sent.map(({ call }) => call)).toEqual([work.does, work.does]);
    },
  );
});

describe('createLoadBalancer', () => {
  it('is not retried if the list may be incomplete', async () => {
    const changing = Array.from({ length: 3 }, (_, index): readonly Reply[] => [
      { body: [{ ...otherSlb, slbId: `slb-${index + 2}` }] },
      { body: [] },
    ]);
    const { agent, sent, slb } = scriptedCloud([{ status: 503 }, ...changing.flat()]);
    const error: unknown = await slb.createLoadBalancer(slbSpec).catch((e: unknown) => e);
    expect(error).toMatchObject({ operation: 'CreateLoadBalancer', status: 503 });
    expect(sent.filter(({ call }) => call === 'POST {slbs}')).toHaveLength(1);
    agent.assertNoPendingInterceptors();
  });
});

describe('createListener', () => {
  it('treats "port in use" after an unknown outcome as success if the verification confirms it', async () => {
    const inUse = { status: 400, body: { code: '107.002400', message: 'port exists' } };
    const { slb } = scriptedCloud([{ status: 503 }, { body: [] }, inUse, { body: [wireListener] }]);
    expect(await slb.createListener('slb-1', listenerSpec)).toMatchObject({ port: 80 });
  });

  it('reports "port in use" of the first attempt', async () => {
    const inUse = { status: 400, body: { code: '107.002400', message: 'port exists' } };
    const { sent, slb } = scriptedCloud([inUse, { body: [wireListener] }]);
    const error: unknown = await slb.createListener('slb-1', listenerSpec).catch((e: unknown) => e);
    expect(isListenerPortInUse(error)).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['another name', { listenerName: 'k8s_ffffffff_tcp_80' }],
    ['another protocol', { protocol: 'UDP' }],
    ['another port', { port: 81 }],
  ])('does not mistake a listener with %s for its own', async (_, other) => {
    const { sent, slb } = scriptedCloud([
      { status: 503 },
      { body: [{ ...wireListener, ...other }] },
      { body: wireListener },
    ]);
    await slb.createListener('slb-1', listenerSpec);
    expect(sent.filter(({ call }) => call.startsWith('POST'))).toHaveLength(2);
  });
});

describe('members.add', () => {
  it('retries only the missing members', async () => {
    const { sent, slb } = scriptedCloud([
      { break: 'ECONNRESET' },
      { body: [wireMember] },
      { body: { data: [otherWireMember] } },
    ]);
    const { added, named } = await addOrThrow(slb, [memberSpec, otherMemberSpec]);
    expect(added).toEqual([memberSpec, otherMemberSpec]);
    expect(named).toEqual([wireMember, otherWireMember]);
    expect(sent.at(-1)?.body).toEqual([otherMemberSpec]);
  });

  it('does not mistake the same server on another port for the requested member', async () => {
    const { sent, slb } = scriptedCloud([
      { status: 503 },
      { body: [{ ...wireMember, port: 1 }] },
      { body: {} },
    ]);
    await slb.members.add('slb-1', 'listener-1', [memberSpec]);
    expect(sent.at(-1)?.body).toEqual([memberSpec]);
  });
});

describe('members.remove', () => {
  const notFound = { status: 404, body: { code: '107.003404', message: 'no such backend' } };

  it('removes the remaining members if some no longer exist', async () => {
    const { sent, slb } = scriptedCloud([notFound, { body: [otherWireMember] }, ok]);
    await slb.members.remove('slb-1', 'listener-1', ['backend-1', 'backend-2']);
    expect(sent.map(({ query }) => query['backendIdList'])).toEqual([
      '["backend-1","backend-2"]',
      undefined,
      '["backend-2"]',
    ]);
  });

  it('succeeds if none of the members exists', async () => {
    const { agent, slb } = scriptedCloud([notFound, { body: [otherWireMember] }]);
    await slb.members.remove('slb-1', 'listener-1', ['backend-1']);
    agent.assertNoPendingInterceptors();
    expect(agent.pendingInterceptors()).toEqual([]);
  });
});

describe('the verification', () => {
  it("rejects with the reason of the caller's signal", async () => {
    const stop = new AbortController();
    const { slb, sent } = scriptedCloud([{ status: 503 }, { body: [] }, { body: wireListener }], {
      onCall: ({ phase }) => {
        if (phase === 'call') stop.abort(new Error('lease lost'));
      },
    });
    const work = slb.createListener('slb-1', listenerSpec, { signal: stop.signal });
    await expect(work).rejects.toThrow('lease lost');
    expect(sent).toHaveLength(1);
  });
});
