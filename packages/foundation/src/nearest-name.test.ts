import { describe, expect, it } from '@jest/globals';

import { editDistance, nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  const names = ['region', 'credentials', 'endpoints', 'loadBalancer', 'client-secret'];

  it.each([
    ['regoin', 'region'],
    ['Region', 'region'],
    ['endpoint', 'endpoints'],
    ['loadbalancer', 'loadBalancer'],
    ['client_secret', 'client-secret'],
    ['credentails', 'credentials'],
  ])('finds what was meant by %s', (name, meant) => {
    expect(nearestName(name, names)).toBe(meant);
  });

  it.each(['zebra', '', 'x'])('suggests nothing for %p', (name) => {
    expect(nearestName(name, names)).toBeUndefined();
  });

  it('prefers the nearer of two', () => {
    expect(nearestName('healthcheck-prt', ['healthcheck-path', 'healthcheck-port'])).toBe(
      'healthcheck-port',
    );
  });

  it('keeps to the distance it is given', () => {
    expect(nearestName('endpoint', names, { maxDistance: 0 })).toBeUndefined();
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abcd', 1],
    ['abc', 'axc', 1],
    ['kitten', 'sitting', 3],
  ])('between %p and %p is %d', (a, b, distance) => {
    expect(editDistance(a, b, 10)).toBe(distance);
    expect(editDistance(b, a, 10)).toBe(distance);
  });

  it('gives up beyond the limit', () => {
    expect(editDistance('kitten', 'sitting', 2)).toBeUndefined();
  });
});
