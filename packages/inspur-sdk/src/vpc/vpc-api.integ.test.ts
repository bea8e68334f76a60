import { describe, expect, it } from '@jest/globals';
import { Budget, Secret } from '@k8s-ccm/cloud-http';
import type { Emulator } from '@k8s-ccm/inspur-emulator';
import { startEmulator } from '@k8s-ccm/inspur-emulator';
import { accessKeyCredentials } from '../auth/access-key-credentials.ts';
import { InspurClient } from '../inspur-client.ts';
import {
  isNextHopNotFound,
  isRouteExists,
  isRouteNotFound,
  isRouteTableNotFound,
} from './vpc-error-predicates.ts';

const servers = Array.from({ length: 3 }, (_, index) => ({ serverId: `i-${index}` }));
const seed = { servers, routeTables: [{ routeTableId: 'rtb-1' }] };
const spec = {
  routeTableId: 'rtb-1',
  destination: '10.244.1.0/24',
  nextHopId: 'i-1',
  description: 'größer & länger = 100 % / two lines?',
};

function connect(emulator: Emulator): InspurClient {
  const { id, secret } = emulator.credentials.accessKey;
  return new InspurClient({
    region: emulator.region,
    endpoints: { vpc: emulator.vpcUrl },
    credentials: accessKeyCredentials({ id, secret: new Secret(secret) }),
    budget: new Budget(),
    random: { next: () => 0 },
  });
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

describe('routes of a table', () => {
  it('are added, listed, and deleted with signed requests', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator);
    const { vpc } = client;
    const route = await vpc.addRoute(spec);
    expect(emulator.state().routes).toEqual([route]);
    expect((await vpc.listRoutes(spec)).routes).toEqual([route]);
    await vpc.deleteRoute(route.routeId);
    expect(await vpc.listRoutes(spec)).toMatchObject({ routes: [], complete: true });
  });

  it('are listed completely, regardless of their number', async () => {
    const routes = Array.from({ length: 250 }, (_, index) => ({
      ...spec,
      routeId: `r-${index}`,
      destination: `10.1.${index}.0/24`,
    }));
    await using emulator = await startEmulator({ seed: { ...seed, routes } });
    await using client = connect(emulator);
    const list = await client.vpc.listRoutes(spec);
    expect([list.routes.length, list.complete, list.calls]).toEqual([250, true, 3]);
  });

  it.each([
    ['after the operation', { reset: 'after', times: 1 } as const],
    ['before the operation', { reset: 'before', times: 1 } as const],
    ['in the middle of the response', { truncate: true, times: 1 } as const],
  ])('are added once if the connection breaks %s', async (_, fault) => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator);
    emulator.setFaults([{ operation: 'AddRoute', ...fault }]);
    const route = await client.vpc.addRoute(spec);
    expect(emulator.state().routes).toEqual([route]);
  });

  it('are refused with the reason', async () => {
    await using emulator = await startEmulator({ seed });
    await using client = connect(emulator);
    const { vpc } = client;
    await vpc.addRoute(spec);
    const refusals = [
      [vpc.addRoute({ ...spec, description: 'again' }), isRouteExists],
      [vpc.addRoute({ ...spec, destination: '10.9.0.0/24', nextHopId: 'i-9' }), isNextHopNotFound],
      [vpc.addRoute({ ...spec, routeTableId: 'rtb-9' }), isRouteTableNotFound],
      [vpc.listRoutes({ routeTableId: 'rtb-9' }), isRouteTableNotFound],
      [vpc.deleteRoute('route-9'), isRouteNotFound],
    ] as const;
    for (const [promise, isIt] of refusals) expect(isIt(await failureOf(promise))).toBe(true);
    expect(emulator.state().routes).toHaveLength(1);
  });
});
