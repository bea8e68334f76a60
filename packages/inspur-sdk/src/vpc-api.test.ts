import { describe, expect, it } from '@jest/globals';
import { isAccessDenied } from './ecs-error-predicates.ts';
import { routePage, routeSpec, wireRoute, wireRoutes } from './testing/wire-route.ts';
import type { Reply } from './testing/scripted-cloud.ts';
import { scriptedCloud } from './testing/scripted-cloud.ts';
import { envelope } from './testing/wire-server.ts';
import { VpcErrorCode } from './vpc-error-code.ts';
import {
  isNextHopNotFound,
  isRouteExists,
  isRouteNotFound,
  isRouteQuotaExceeded,
  isRouteTableNotFound,
} from './vpc-error-predicates.ts';

function cloudOf(replies: readonly Reply[]) {
  const cloud = scriptedCloud(replies, { endpoints: { vpc: 'https://cloud.example/' } });
  const actions = () => cloud.sent.map(({ query }) => query['Action']);
  return { ...cloud, vpc: cloud.client.vpc, actions };
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const table = { routeTableId: 'rtb-1' };
const added: Reply = { body: envelope({ routeId: 'route-1' }) };
const refused = (apiCode: string, status = 400): Reply => ({
  status,
  body: envelope(null, apiCode),
});

const full = (page: number, total?: number | null) =>
  routePage(wireRoutes(100, page * 100 - 99), total);

describe('listing routes', () => {
  it('reads a route as it is', async () => {
    const { sent, vpc } = cloudOf([routePage([{ ...wireRoute, other: 1 }])]);
    expect(await vpc.listRoutes(table)).toEqual({
      routes: [wireRoute],
      skipped: [],
      complete: true,
      calls: 1,
    });
    expect(sent).toMatchObject([
      {
        call: 'GET /',
        query: { Action: 'ListRoutes', Version: '2019-01-31', Format: 'json', ...table },
      },
    ]);
  });

  it('takes nothing but what must be there', async () => {
    const wire = { routeId: 'route-1', destination: '0.0.0.0/0', nextHopType: 'NAT' };
    const { vpc } = cloudOf([routePage([wire])]);
    expect((await vpc.listRoutes(table)).routes).toEqual([
      {
        routeId: 'route-1',
        destination: '0.0.0.0/0',
        routeTableId: '',
        nextHopType: 'NAT',
        nextHopId: '',
        description: '',
      },
    ]);
  });

  it.each([
    ['no id', { routeId: undefined }, '', '10.1.1.0/24', 'route.routeId: expected text that is'],
    ['an empty id', { routeId: '' }, '', '10.1.1.0/24', 'route.routeId: expected text that is'],
    ['no destination', { destination: null }, 'route-1', '', 'route.destination: expected text'],
    ['a number for a description', { description: 7 }, 'route-1', '10.1.1.0/24', 'got 7'],
    ['a number for a next hop', { nextHopId: 7 }, 'route-1', '10.1.1.0/24', 'route.nextHopId'],
    ['no next hop', { nextHopId: null }, 'route-1', '10.1.1.0/24', 'the id of a server'],
    [
      'no next hop and no type',
      { nextHopId: '', nextHopType: undefined },
      'route-1',
      '10.1.1.0/24',
      'the id of a server',
    ],
    ['a list for a type', { nextHopType: [] }, 'route-1', '10.1.1.0/24', 'route.nextHopType'],
    ['a number for a table', { routeTableId: 7 }, 'route-1', '10.1.1.0/24', 'routeTableId'],
  ])('skips an entry with %s and tells it', async (_, changes, routeId, destination, reason) => {
    const other = { ...wireRoute, routeId: 'route-2' };
    const { vpc } = cloudOf([routePage([{ ...wireRoute, ...changes }, other])]);
    const { complete, routes, skipped } = await vpc.listRoutes(table);
    expect(routes).toEqual([other]);
    expect(complete).toBe(true);
    expect(skipped).toEqual([{ routeId, destination, reason: expect.stringContaining(reason) }]);
    expect(skipped[0]?.reason).not.toContain('\n');
  });

  it('leaves out the routes of other tables that a server without the filter gives', async () => {
    const strange = { ...wireRoute, routeId: 'route-9', routeTableId: 'rtb-9' };
    const { vpc } = cloudOf([routePage([wireRoute, strange])]);
    expect((await vpc.listRoutes(table)).routes).toEqual([wireRoute]);
  });

  it.each<readonly [string, readonly Reply[], number, boolean]>([
    ['a total', [full(1, 150), routePage(wireRoutes(50, 101), 150)], 150, true],
    [
      'no total',
      [full(1, null), routePage(wireRoutes(50, 101), null), routePage([], null)],
      150,
      true,
    ],
    [
      'pages smaller than asked',
      [routePage(wireRoutes(2), 3), routePage(wireRoutes(1, 3), 3)],
      3,
      true,
    ],
    ['a server that does not page', [full(1, null), full(1, null)], 100, true],
    ['totals of the pages alone', [full(1, 100), routePage(wireRoutes(1, 101), 1)], 101, true],
    ['an empty table', [routePage([])], 0, true],
    ['an "empty" code', [{ body: envelope(null, '101.001008') }], 0, true],
    ['one that came meanwhile', [full(1, 101), routePage(wireRoutes(2, 101), 102)], 102, true],
    [
      'one that went meanwhile',
      [full(1, 102), routePage(wireRoutes(1, 102), 101), routePage([], 101)],
      101,
      false,
    ],
  ])('reads pages: %s', async (_, replies, count, complete) => {
    const { agent, vpc } = cloudOf(replies);
    const list = await vpc.listRoutes(table);
    expect([list.routes.length, list.complete, list.calls]).toEqual([
      count,
      complete,
      replies.length,
    ]);
    agent.assertNoPendingInterceptors();
  });

  it.each([
    ['a refusal', refused(VpcErrorCode.RouteTableNotFound, 404), isRouteTableNotFound],
    ['a denial', refused('102.999401', 403), isAccessDenied],
  ])('fails with %s', async (_, reply, isIt) => {
    expect(isIt(await failureOf(cloudOf([reply]).vpc.listRoutes(table)))).toBe(true);
  });

  it.each([
    ['no list', { body: envelope({}) }],
    ['a list that is none', { body: envelope({ routes: 'none' }) }],
  ])('fails with %s: what is not said is not nothing', async (_, reply) => {
    const { vpc } = cloudOf([reply]);
    expect(await failureOf(vpc.listRoutes(table))).toMatchObject({ name: 'CloudDecodeError' });
  });
});

describe('adding a route', () => {
  it('says all in its query', async () => {
    const { sent, vpc } = cloudOf([added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(sent).toMatchObject([
      {
        call: 'POST /',
        body: undefined,
        query: { Action: 'AddRoute', nextHopType: 'ECS', Format: 'json', ...routeSpec },
      },
    ]);
  });

  it('refuses a description that is too long, without a call', async () => {
    const { sent, vpc } = cloudOf([]);
    const description = 'x'.repeat(256);
    expect(await failureOf(vpc.addRoute({ ...routeSpec, description }))).toMatchObject({
      name: 'RangeError',
      message: 'description: expected at most 255 characters, got 256',
    });
    expect(sent).toEqual([]);
  });

  it.each([
    ['a destination that is taken', VpcErrorCode.RouteExists, isRouteExists],
    ['an unknown table', VpcErrorCode.RouteTableNotFound, isRouteTableNotFound],
    ['an unknown server', VpcErrorCode.NextHopNotFound, isNextHopNotFound],
    ['a full table', VpcErrorCode.QuotaExceeded, isRouteQuotaExceeded],
  ])('is refused for %s, and not repeated', async (_, code, isIt) => {
    const { sent, vpc } = cloudOf([refused(code)]);
    expect(isIt(await failureOf(vpc.addRoute(routeSpec)))).toBe(true);
    expect(sent).toHaveLength(1);
  });

  const unknownOutcomes: readonly (readonly [string, Reply])[] = [
    ['a reset', { break: 'ECONNRESET' }],
    ['a 500', { status: 500 }],
    ['a 503', { status: 503 }],
    ['an internal error by its code', refused('102.999500')],
    ['HTML', { body: '<html></html>' }],
    ['a truncated answer', { body: '{"Data":{"routeId":"ro' }],
    ['an answer without an id', { body: envelope({}) }],
    ['an answer with a number for an id', { body: envelope({ routeId: 7 }) }],
  ];
  const strange = { ...wireRoute, routeId: 'route-8', destination: '10.9.0.0/24' };

  it.each(unknownOutcomes)('after %s is not repeated where it is there', async (_, reply) => {
    const { agent, actions, vpc } = cloudOf([reply, routePage([strange, wireRoute])]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions().at(-1)).toBe('ListRoutes');
    agent.assertNoPendingInterceptors();
  });

  it.each(unknownOutcomes)('after %s is repeated where it is not there', async (_, reply) => {
    const { agent, actions, vpc } = cloudOf([reply, routePage([strange]), added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions().slice(-2)).toEqual(['ListRoutes', 'AddRoute']);
    agent.assertNoPendingInterceptors();
  });

  it('is found however the cloud writes the destination', async () => {
    const shown = { ...wireRoute, destination: 'FD00:0:0:0::/64' };
    const { vpc } = cloudOf([{ status: 500 }, routePage([shown])]);
    const spec = { ...routeSpec, destination: 'fd00::/64' };
    expect(await vpc.addRoute(spec)).toEqual(shown);
  });

  it.each([
    ['another next hop', { nextHopId: 'i-2' }],
    ['another description', { description: 'by hand' }],
  ])('does not take a route with %s for its own', async (_, changes) => {
    const theirs = routePage([{ ...wireRoute, ...changes }]);
    const taken = refused(VpcErrorCode.RouteExists);
    const { vpc } = cloudOf([{ status: 500 }, theirs, taken, theirs, taken, theirs]);
    expect(isRouteExists(await failureOf(vpc.addRoute(routeSpec)))).toBe(true);
  });

  it('that is found taken when it is repeated is looked for once more', async () => {
    const taken = refused(VpcErrorCode.RouteExists);
    const { vpc } = cloudOf([{ status: 500 }, routePage([]), taken, routePage([wireRoute])]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
  });

  it.each([
    ['its entry cannot be read', [routePage([{ ...wireRoute, description: 7 }])]],
    ['an entry may be anything', [routePage([{ routeId: 'route-7' }])]],
    ['the pages do not add up', [routePage([strange], 2), routePage([], 2)]],
  ])('is not repeated where %s', async (_, look) => {
    const { agent, actions, vpc } = cloudOf([{ status: 500 }, ...look]);
    expect(await failureOf(vpc.addRoute(routeSpec))).toMatchObject({ status: 500 });
    expect(actions().filter((action) => action === 'AddRoute')).toHaveLength(1);
    agent.assertNoPendingInterceptors();
  });

  it('is repeated where an entry that cannot be read leads elsewhere', async () => {
    const garbage = { ...strange, description: 7 };
    const { vpc } = cloudOf([{ status: 500 }, routePage([garbage]), added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
  });

  it('is repeated without a look where it surely did not arrive', async () => {
    const { actions, vpc } = cloudOf([{ status: 429 }, { break: 'ECONNREFUSED' }, added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions()).toEqual(['AddRoute', 'AddRoute']);
  });

  it('ends when the signal says so', async () => {
    const { sent, vpc } = cloudOf([added]);
    const signal = AbortSignal.abort(new Error('the lease is lost'));
    expect(await failureOf(vpc.addRoute(routeSpec, { signal }))).toEqual(
      new Error('the lease is lost'),
    );
    expect(sent).toEqual([]);
  });
});

describe('deleting a route', () => {
  const deleted: Reply = { body: envelope({ routeId: 'route-1' }) };

  it('names it by its id', async () => {
    const { sent, vpc } = cloudOf([deleted]);
    await vpc.deleteRoute('route-1');
    expect(sent).toMatchObject([
      { call: 'POST /', query: { Action: 'DeleteRoute', routeId: 'route-1' } },
    ]);
  });

  it.each([
    ['its code', refused(VpcErrorCode.RouteNotFound, 400)],
    ['its status', { status: 404, body: {} }],
  ])('is refused where there is none, told by %s', async (_, reply) => {
    expect(isRouteNotFound(await failureOf(cloudOf([reply]).vpc.deleteRoute('route-1')))).toBe(
      true,
    );
  });

  it('does not take the page of a proxy for an answer', async () => {
    const { vpc } = cloudOf([{ status: 404, body: '<html></html>' }]);
    expect(isRouteNotFound(await failureOf(vpc.deleteRoute('route-1')))).toBe(false);
  });

  it.each([[{ status: 500 }], [{ break: 'ECONNRESET' }], [{ status: 503 }]])(
    'is repeated after %j, and done where it is gone then',
    async (reply) => {
      const { agent, vpc } = cloudOf([reply, refused(VpcErrorCode.RouteNotFound)]);
      expect(await failureOf(vpc.deleteRoute('route-1'))).toBeUndefined();
      agent.assertNoPendingInterceptors();
    },
  );
});
