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

describe('adding a route', () => {
  it('says all in its query', async () => {
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

  it('refuses a description that is too long, without a call', async () => {
    const { sent, vpc } = vpcCloud([]);
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
    ['a truncated answer', { body: '{"Data":{"routeId":"ro' }],
    ['an answer without an id', { body: envelope({}) }],
    ['an answer with a number for an id', { body: envelope({ routeId: 7 }) }],
  ];
  const strange = { ...wireRoute, routeId: 'route-8', destination: '10.9.0.0/24' };

  it.each(unknownOutcomes)('after %s is not repeated where it is there', async (_, reply) => {
    const { agent, actions, vpc } = vpcCloud([reply, routePage([strange, wireRoute])]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions().at(-1)).toBe('ListRoutes');
    agent.assertNoPendingInterceptors();
  });

  it.each(unknownOutcomes)('after %s is repeated where it is not there', async (_, reply) => {
    const { agent, actions, vpc } = vpcCloud([reply, routePage([strange]), added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions().slice(-2)).toEqual(['ListRoutes', 'AddRoute']);
    agent.assertNoPendingInterceptors();
  });

  it.each([
    ['FD00:0:0:0::/64', 'fd00::/64'],
    ['00001::/16', '1::/16'],
    [' 010.244.1.9/024 ', '10.244.1.0/24'],
  ])('is found as %j however the cloud writes the destination %s', async (written, destination) => {
    const shown = { ...wireRoute, destination: written };
    const { vpc } = vpcCloud([{ status: 500 }, routePage([shown])]);
    const spec = { ...routeSpec, destination };
    expect(await vpc.addRoute(spec)).toEqual(shown);
  });

  it.each([
    ['another next hop', { nextHopId: 'i-2' }],
    ['another description', { description: 'by hand' }],
  ])('does not take a route with %s for its own, and adds none beside it', async (_, changes) => {
    const theirs = routePage([{ ...wireRoute, ...changes }]);
    const { actions, vpc } = vpcCloud([{ status: 500 }, theirs, added]);
    expect(await failureOf(vpc.addRoute(routeSpec))).toMatchObject({ status: 500 });
    expect(actions().filter((action) => action === 'AddRoute')).toHaveLength(1);
  });

  it('that is found taken by another when it is repeated says so', async () => {
    const theirs = routePage([{ ...wireRoute, nextHopId: 'i-2' }]);
    const taken = refused(VpcErrorCode.RouteExists);
    const { vpc } = vpcCloud([{ status: 500 }, routePage([]), taken, theirs]);
    expect(isRouteExists(await failureOf(vpc.addRoute(routeSpec)))).toBe(true);
  });

  it('that is found taken when it is repeated is looked for once more', async () => {
    const taken = refused(VpcErrorCode.RouteExists);
    const { vpc } = vpcCloud([{ status: 500 }, routePage([]), taken, routePage([wireRoute])]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
  });

  it.each([
    ['its entry cannot be read', [routePage([{ ...wireRoute, description: 7 }])]],
    ['an entry may be anything', [routePage([{ routeId: 'route-7' }])]],
    [
      'the pages do not add up',
      [routePage([strange], 2), routePage([], 2), routePage([strange], 2), routePage([strange], 2)],
    ],
  ])('is not repeated where %s', async (_, look) => {
    const { agent, actions, vpc } = vpcCloud([{ status: 500 }, ...look]);
    expect(await failureOf(vpc.addRoute(routeSpec))).toMatchObject({ status: 500 });
    expect(actions().filter((action) => action === 'AddRoute')).toHaveLength(1);
    agent.assertNoPendingInterceptors();
  });

  it('is repeated where an entry that cannot be read leads elsewhere', async () => {
    const garbage = { ...strange, description: 7 };
    const { vpc } = vpcCloud([{ status: 500 }, routePage([garbage]), added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
  });

  it('is repeated without a look where it surely did not arrive', async () => {
    const { actions, vpc } = vpcCloud([{ status: 429 }, { break: 'ECONNREFUSED' }, added]);
    expect(await vpc.addRoute(routeSpec)).toEqual(wireRoute);
    expect(actions()).toEqual(['AddRoute', 'AddRoute']);
  });

  it('ends when the signal says so', async () => {
    const { sent, vpc } = vpcCloud([added]);
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
    const { sent, vpc } = vpcCloud([deleted]);
    await vpc.deleteRoute('route-1');
    expect(sent).toMatchObject([
      { call: 'POST /', query: { Action: 'DeleteRoute', routeId: 'route-1' } },
    ]);
  });

  it.each<readonly [string, Reply, boolean]>([
    ['its code', refused(VpcErrorCode.RouteNotFound, 400), true],
    ['a 404 with JSON of some gateway', { status: 404, body: { error: 'not found' } }, false],
    ['an empty 404', { status: 404 }, false],
    ['the page of a proxy', { status: 404, body: '<html></html>' }, false],
  ])('is refused by %s', async (_, reply, isKnown) => {
    const error = await failureOf(vpcCloud([reply]).vpc.deleteRoute('route-1'));
    expect(isRouteNotFound(error)).toBe(isKnown);
  });

  it('does not take a bare 404 after a reset for done', async () => {
    const { vpc } = vpcCloud([{ break: 'ECONNRESET' }, { status: 404 }]);
    expect(await failureOf(vpc.deleteRoute('route-1'))).toMatchObject({ status: 404 });
  });

  it.each([[{ status: 500 }], [{ break: 'ECONNRESET' }], [{ status: 503 }]])(
    'is repeated after %j, and done where it is gone then',
    async (reply) => {
      const { agent, vpc } = vpcCloud([reply, refused(VpcErrorCode.RouteNotFound)]);
      expect(await failureOf(vpc.deleteRoute('route-1'))).toBeUndefined();
      agent.assertNoPendingInterceptors();
    },
  );
});
