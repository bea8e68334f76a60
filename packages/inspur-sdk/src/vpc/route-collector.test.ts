import { describe, expect, it } from '@jest/globals';
import { isAccessDenied } from '../ecs/ecs-error-predicates.ts';
import type { Reply } from '../testing/scripted-cloud.ts';
import { failureOf, refused, vpcCloud } from '../testing/vpc-cloud.ts';
import { routePage, wireRoute, wireRoutes } from '../testing/wire-route.ts';
import { envelope } from '../testing/wire-server.ts';
import { VpcErrorCode } from './vpc-error-code.ts';
import { isRouteTableNotFound } from './vpc-error-predicates.ts';

const table = { routeTableId: 'rtb-1' };

const full = (page: number, total?: number | null) =>
  routePage(wireRoutes(100, page * 100 - 99), total);

describe('listRoutes', () => {
  it('reads all fields of a route', async () => {
    const { sent, vpc } = vpcCloud([routePage([{ ...wireRoute, other: 1 }])]);
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

  it('accepts only the required fields', async () => {
    const wire = { routeId: 'route-1', destination: '0.0.0.0/0', nextHopType: 'NAT' };
    const { vpc } = vpcCloud([routePage([wire])]);
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
    ['no id', { routeId: undefined }, '', '10.1.1.0/24', 'route.routeId: expected non-empty text'],
    ['an empty id', { routeId: '' }, '', '10.1.1.0/24', 'route.routeId: expected non-empty text'],
    [
      'no destination',
      { destination: null },
      'route-1',
      '',
      'route.destination: expected non-empty text',
    ],
    ['a number for a description', { description: 7 }, 'route-1', '10.1.1.0/24', 'got 7'],
    ['a number for a next hop', { nextHopId: 7 }, 'route-1', '10.1.1.0/24', 'route.nextHopId'],
    ['no next hop', { nextHopId: null }, 'route-1', '10.1.1.0/24', 'a server ID'],
    [
      'no next hop and no type',
      { nextHopId: '', nextHopType: undefined },
      'route-1',
      '10.1.1.0/24',
      'a server ID',
    ],
    [
      'no next hop and the type in small letters',
      { nextHopId: '', nextHopType: 'ecs' },
      'route-1',
      '10.1.1.0/24',
      'a server ID',
    ],
    ['a list for a type', { nextHopType: [] }, 'route-1', '10.1.1.0/24', 'route.nextHopType'],
    ['a number for a table', { routeTableId: 7 }, 'route-1', '10.1.1.0/24', 'routeTableId'],
  ])('skips and reports an entry with %s', async (_, changes, routeId, destination, reason) => {
    const other = { ...wireRoute, routeId: 'route-2' };
    const { vpc } = vpcCloud([routePage([{ ...wireRoute, ...changes }, other])]);
    const { complete, routes, skipped } = await vpc.listRoutes(table);
    expect(routes).toEqual([other]);
    expect(complete).toBe(true);
    expect(skipped).toEqual([{ routeId, destination, reason: expect.stringContaining(reason) }]);
    expect(skipped[0]?.reason).not.toContain('\n');
  });

  it('reports each of several identical invalid entries', async () => {
    const { vpc } = vpcCloud([routePage([null, wireRoute, null])]);
    const { complete, routes, skipped } = await vpc.listRoutes(table);
    expect([routes, skipped.length, complete]).toEqual([[wireRoute], 2, true]);
  });

  it('reports an invalid entry once if a server that does not page repeats it', async () => {
    const page = routePage([...wireRoutes(98), null, null], null);
    const { skipped, calls } = await vpcCloud([page, page]).vpc.listRoutes(table);
    expect([skipped.length, calls]).toEqual([2, 2]);
  });

  it('returns an incomplete list if the pages never end', async () => {
    const pages = Array.from({ length: 1000 }, (_, index) =>
      routePage(wireRoutes(1, index + 1), null),
    );
    const { complete, calls } = await vpcCloud(pages).vpc.listRoutes(table);
    expect([complete, calls]).toEqual([false, 1000]);
  });

  it('omits routes of other tables if the server ignores the filter', async () => {
    const strange = { ...wireRoute, routeId: 'route-9', routeTableId: 'rtb-9' };
    const { vpc } = vpcCloud([routePage([wireRoute, strange])]);
    expect((await vpc.listRoutes(table)).routes).toEqual([wireRoute]);
  });

  it.each<readonly [string, readonly Reply[], number, boolean]>([
    ['a total', [full(1, 150), routePage(wireRoutes(50, 101), 150)], 150, true],
    [
      'no total, so that a second pass must find the same',
      [
        full(1, null),
        routePage(wireRoutes(50, 101), null),
        routePage([], null),
        full(1, null),
        routePage(wireRoutes(50, 101), null),
      ],
      150,
      true,
    ],
    [
      'pages smaller than requested',
      [routePage(wireRoutes(2), 3), routePage(wireRoutes(1, 3), 3)],
      3,
      true,
    ],
    [
      'a server that does not page',
      [routePage(wireRoutes(7), null), routePage(wireRoutes(7), null)],
      7,
      true,
    ],
    [
      'a server that does not page and may truncate its list',
      [full(1, null), full(1, null)],
      100,
      false,
    ],
    [
      'totals that count one page only',
      [
        full(1, 100),
        routePage(wireRoutes(1, 101), 1),
        full(1, 100),
        routePage(wireRoutes(1, 101), 1),
      ],
      101,
      true,
    ],
    ['an empty table', [routePage([])], 0, true],
    ['an "empty" code', [{ body: envelope(null, '101.001008') }], 0, true],
    [
      'a route created in the meantime',
      [
        full(1, 101),
        routePage(wireRoutes(2, 101), 102),
        full(1, 102),
        routePage(wireRoutes(2, 101), 102),
      ],
      102,
      true,
    ],
    [
      'a route deleted in the meantime',
      [
        full(1, 102),
        routePage(wireRoutes(1, 102), 101),
        routePage([], 101),
        routePage(wireRoutes(100, 2), 101),
        routePage(wireRoutes(1, 102), 101),
      ],
      101,
      true,
    ],
    [
      'a route deleted during each pass',
      [
        [full(1, 102), routePage(wireRoutes(1, 102), 101), routePage([], 101)],
        [full(1, 102), routePage(wireRoutes(1, 102), 101)],
        [full(1, 102), routePage(wireRoutes(1, 102), 101)],
      ].flat(),
      101,
      false,
    ],
  ])('reads pages: %s', async (_, replies, count, complete) => {
    const { agent, vpc } = vpcCloud(replies);
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
    expect(isIt(await failureOf(vpcCloud([reply]).vpc.listRoutes(table)))).toBe(true);
  });

  it.each([
    ['no list', { body: envelope({}) }],
    ['an invalid list', { body: envelope({ routes: 'none' }) }],
  ])('fails with %s instead of returning an empty list', async (_, reply) => {
    const { vpc } = vpcCloud([reply]);
    expect(await failureOf(vpc.listRoutes(table))).toMatchObject({ name: 'CloudDecodeError' });
  });
});
