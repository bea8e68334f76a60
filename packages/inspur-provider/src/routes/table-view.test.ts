import { describe, expect, it } from '@jest/globals';

import { buildRoute } from '../testing/route-fixtures.ts';
import { TableView } from './table-view.ts';

/** A table with one route, and one entry that cannot be read. */
function viewWith(hidden: { readonly routeId?: string; readonly destination?: string }): TableView {
  const entry = { routeId: 'o-1', destination: '10.244.1.0/24', reason: 'garbage', ...hidden };
  return new TableView([buildRoute()], [entry]);
}

describe('what cannot be read', () => {
  it.each([
    ['10.244.1.0/24', true],
    ['10.244.1.9/24', true],
    [' 010.244.1.0/024 ', true],
    ['::ffff:10.244.1.0/120', true],
    ['', true],
    ['10.244.1.0/25', false],
    ['10.244.2.0/24', false],
    ['0.0.0.0/0', false],
    ['local', false],
  ])('with the destination %j may lead to 10.244.1.0/24: %p', (destination, may) => {
    expect(viewWith({ destination }).mayHide('10.244.1.0/24') !== undefined).toBe(may);
  });

  it.each([
    ['o-1', true],
    ['', true],
    ['o-2', false],
  ])('with the id %j may be the route o-1: %p', (routeId, may) => {
    expect(viewWith({ routeId }).mayBe('o-1') !== undefined).toBe(may);
  });
});

it('finds routes however their destination is written', () => {
  const view = new TableView([buildRoute({ destination: 'FD00:0:0:1:0::/64' })], []);
  expect(view.to('fd00:0:0:1::/64')).toHaveLength(1);
  expect(view.to('fd00:0:0:1::7/64')).toHaveLength(1);
  expect(view.to('fd00:0:0:1::/65')).toEqual([]);
  expect(view.to('::/0')).toEqual([]);
});
