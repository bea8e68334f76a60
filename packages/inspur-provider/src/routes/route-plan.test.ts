import type { Route, SkippedRoute } from '@k8s-ccm/inspur-sdk';
import { describe, expect, it } from '@jest/globals';

import { buildRoute } from '../testing/route-fixtures.ts';
import { planRoute } from './route-plan.ts';
import { TableView } from './table-view.ts';

const spec = { destination: '10.244.1.0/24', nextHopId: 'i-1' };
const garbage = (destination: string): SkippedRoute => ({
  routeId: 'r-7',
  destination,
  reason: 'route.description: expected text, got 7',
});

describe('the plan of a route', () => {
  it.each<readonly [string, readonly Partial<Route>[], readonly SkippedRoute[], string]>([
    ['is added to an empty table', [], [], 'add'],
    ['is added beside others', [{ destination: '10.244.2.0/24' }], [], 'add'],
    ['is added beside a wider one', [{ destination: '10.244.0.0/16' }], [], 'add'],
    ['is there, whoever made it', [{ nextHopId: 'i-1' }], [], 'done'],
    [
      'is there, written otherwise',
      [{ nextHopId: 'i-1', destination: '10.244.1.9/24' }],
      [],
      'done',
    ],
    ['is there beside a doubled one', [{}, { routeId: 'r-2', nextHopId: 'i-1' }], [], 'done'],
    ['is taken by another server', [{}], [], 'taken'],
    ['is taken by a gateway', [{ nextHopType: 'NAT', nextHopId: 'i-1' }], [], 'taken'],
    ['is in doubt by an entry to the destination', [], [garbage('10.244.1.0/24')], 'doubt'],
    ['is in doubt by an entry to nobody knows where', [], [garbage('')], 'doubt'],
    ['is added beside an entry that leads elsewhere', [], [garbage('10.244.2.0/24')], 'add'],
    ['is there, whatever cannot be read', [{ nextHopId: 'i-1' }], [garbage('')], 'done'],
  ])('%s', (_, routes, unreadable, kind) => {
    expect(planRoute(spec, new TableView(routes.map(buildRoute), unreadable)).kind).toBe(kind);
  });

  it('knows IPv6 destinations however they are written', () => {
    const route = buildRoute({ destination: 'FD00:0:0:1:0::/64', nextHopId: 'i-1' });
    const plan = planRoute({ ...spec, destination: 'fd00:0:0:1::/64' }, new TableView([route], []));
    expect(plan).toEqual({ kind: 'done', route });
  });

  it('knows what is no CIDR by its text', () => {
    const route = buildRoute({ destination: 'local' });
    expect(new TableView([route], []).to('local')).toEqual([route]);
  });
});
