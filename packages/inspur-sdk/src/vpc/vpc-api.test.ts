import { describe, expect, it } from '@jest/globals';
import type { Reply } from '../testing/scripted-cloud.ts';
import { failureOf, refused, vpcCloud } from '../testing/vpc-cloud.ts';
import { routePage, routeSpec, wireRoute } from '../testing/wire-route.ts';
import { envelope } from '../testing/wire-server.ts';
import { VpcErrorCode } from './vpc-error-code.ts';
import {
  isNextHopNotFound,
  isRouteExists,
  isRouteNotFound,
  isRouteQuotaExceeded,
  isRouteTableNotFound,
} from './vpc-error-predicates.ts';

const added: Reply = { body: envelope({ routeId: 'route-1' }) };

describe('addRoute', () => {
  it('sends all parameters in its query', async () => {
    const { sent, vpc } = vpcCloud([added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(sent).toMatchObject([
      {
        call: 'POST /',
        body: undefined,
        query: { Action: 'AddRoute', nextHopType: 'ECS', Format: 'json', ...routeSpec },
      },
    ]);
  });

  it('refuses a description that is too long without making a call', async () => {
    const { sent, vpc } = vpcCloud([]);
    const description = 'x'.repeat(256);
    expect(await failureOf(vpc.addRoute({ ...routeSpec, description }))).toMatchObject({
      name: 'RangeError',
      message: 'description: expected at most 255 characters, got 256',
    });
    expect(sent).toEqual([]);
  });

  it.each([
    ['a destination that already has a route', VpcErrorCode.RouteExists, isRouteExists],
    ['an unknown table', VpcErrorCode.RouteTableNotFound, isRouteTableNotFound],
    ['an unknown server', VpcErrorCode.NextHopNotFound, isNextHopNotFound],
    ['a full table', VpcErrorCode.QuotaExceeded, isRouteQuotaExceeded],
  ])('fails for %s without a retry', async (_, code, isIt) => {
    const { sent, vpc } = vpcCloud([refused(code)]);
    expect(isIt(await failureOf(vpc.addRoute(routeSpec)))).toBe(true);
    expect(sent).toHaveLength(1);
  });

  const unknownOutcomes: readonly (readonly [string, Reply])[] = [
    ['a reset', { break: 'ECONNRESET' }],
    ['a 500', { status: 500 }],
    ['a 503', { status: 503 }],
    ['an internal error by its code', refused('102.999500')],
    ['HTML', { body: '<html></html>' }],
    ['a truncated response', { body: '{"Data":{"routeId":"ro' }],
    ['a response without an ID', { body: envelope({}) }],
    ['a response with a numeric ID', { body: envelope({ routeId: 7 }) }],
  ];
  const strange = { ...wireRoute, routeId: 'route-8', destination: '10.9.0.0/24' };

  it.each(unknownOutcomes)('does not retry after %s if the route exists', async (_, reply) => {
    const { agent, actions, vpc } = vpcCloud([reply, routePage([strange, wireRoute])]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions().at(-1)).toBe('ListRoutes');
    agent.assertNoPendingInterceptors();
  });

  it.each(unknownOutcomes)('retries after %s if the route does not exist', async (_, reply) => {
    const { agent, actions, vpc } = vpcCloud([reply, routePage([strange]), added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions().slice(-2)).toEqual(['ListRoutes', 'AddRoute']);
    agent.assertNoPendingInterceptors();
  });

  it.each([
    ['FD00:0:0:0::/64', 'fd00::/64'],
    ['00001::/16', '1::/16'],
    [' 010.244.1.9/024 ', '10.244.1.0/24'],
  ])('recognizes %j however the cloud writes the destination %s', async (written, destination) => {
    const shown = { ...wireRoute, destination: written };
    const { vpc } = vpcCloud([{ status: 500 }, routePage([shown])]);
    const spec = { ...routeSpec, destination };
    expect(await vpc.addRoute(spec)).toEqual(shown);
  });

  it.each([
    ['another next hop', { nextHopId: 'i-2' }],
    ['another description', { description: 'by hand' }],
  ])(
    'does not mistake a route with %s for its own, and does not add another one',
    async (_, changes) => {
      const theirs = routePage([{ ...wireRoute, ...changes }]);
      const { actions, vpc } = vpcCloud([{ status: 500 }, theirs, added]);
      expect(await failureOf(vpc.addRoute(routeSpec))).toMatchObject({ status: 500 });
      expect(actions().filter((action) => action === 'AddRoute')).toHaveLength(1);
    },
  );

  it('reports another route to the destination if the retry fails', async () => {
    const theirs = routePage([{ ...wireRoute, nextHopId: 'i-2' }]);
    const taken = refused(VpcErrorCode.RouteExists);
    const { vpc } = vpcCloud([{ status: 500 }, routePage([]), taken, theirs]);
    expect(isRouteExists(await failureOf(vpc.addRoute(routeSpec)))).toBe(true);
  });

  it('verifies again if the retry reports an existing route', async () => {
    const taken = refused(VpcErrorCode.RouteExists);
    const { vpc } = vpcCloud([{ status: 500 }, routePage([]), taken, routePage([wireRoute])]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
  });

  it.each([
    ['its entry cannot be read', [routePage([{ ...wireRoute, description: 7 }])]],
    ['an entry may be any route', [routePage([{ routeId: 'route-7' }])]],
    [
      'the pages are incomplete',
      [routePage([strange], 2), routePage([], 2), routePage([strange], 2), routePage([strange], 2)],
    ],
  ])('does not retry if %s', async (_, look) => {
    const { agent, actions, vpc } = vpcCloud([{ status: 500 }, ...look]);
    expect(await failureOf(vpc.addRoute(routeSpec))).toMatchObject({ status: 500 });
    expect(actions().filter((action) => action === 'AddRoute')).toHaveLength(1);
    agent.assertNoPendingInterceptors();
  });

  it('retries if the unreadable entry has another destination', async () => {
    const garbage = { ...strange, description: 7 };
    const { vpc } = vpcCloud([{ status: 500 }, routePage([garbage]), added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
  });

  it('retries without verification if the request certainly did not arrive', async () => {
    const { actions, vpc } = vpcCloud([{ status: 429 }, { break: 'ECONNREFUSED' }, added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions()).toEqual(['AddRoute', 'AddRoute']);
  });

  it('rejects when the signal aborts', async () => {
    const { sent, vpc } = vpcCloud([added]);
    const signal = AbortSignal.abort(new Error('the lease is lost'));
    expect(await failureOf(vpc.addRoute(routeSpec, { signal }))).toEqual(
      new Error('the lease is lost'),
    );
    expect(sent).toEqual([]);
  });
});

describe('deleteRoute', () => {
  const deleted: Reply = { body: envelope({ routeId: 'route-1' }) };

  it('sends the ID', async () => {
    const { sent, vpc } = vpcCloud([deleted]);
    await vpc.deleteRoute('route-1');
    expect(sent).toMatchObject([
      { call: 'POST /', query: { Action: 'DeleteRoute', routeId: 'route-1' } },
    ]);
  });

  it.each<readonly [string, Reply, boolean]>([
    ['its code', refused(VpcErrorCode.RouteNotFound, 400), true],
    ['a 404 with the JSON of a gateway', { status: 404, body: { error: 'not found' } }, false],
    ['an empty 404', { status: 404 }, false],
    ['a page of a proxy', { status: 404, body: '<html></html>' }, false],
  ])('fails after %s', async (_, reply, isKnown) => {
    const error = await failureOf(vpcCloud([reply]).vpc.deleteRoute('route-1'));
    expect(isRouteNotFound(error)).toBe(isKnown);
  });

  it('does not treat a bare 404 after a reset as success', async () => {
    const { vpc } = vpcCloud([{ break: 'ECONNRESET' }, { status: 404 }]);
    expect(await failureOf(vpc.deleteRoute('route-1'))).toMatchObject({ status: 404 });
  });

  it.each([[{ status: 500 }], [{ break: 'ECONNRESET' }], [{ status: 503 }]])(
    'retries after %j and succeeds if the route no longer exists',
    async (reply) => {
      const { agent, vpc } = vpcCloud([reply, refused(VpcErrorCode.RouteNotFound)]);
      expect(await failureOf(vpc.deleteRoute('route-1'))).toBeUndefined();
      agent.assertNoPendingInterceptors();
    },
  );
});
