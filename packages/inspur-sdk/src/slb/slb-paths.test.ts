import { describe, expect, it } from '@jest/globals';

import { slbPaths } from './slb-paths.ts';

const paths = slbPaths('https://slb.example/v1/slbs');

describe('slbPaths', () => {
  it.each([
    [paths.slb('slb-1'), '/v1/slbs/slb-1'],
    [paths.newListener('slb-1'), '/v1/slbs/slb-1/listeners/'],
    [paths.member('slb-1', 'a/b', 'c?d'), '/v1/slbs/slb-1/listeners/a%2Fb/members/c%3Fd'],
    [paths.slb('...'), '/v1/slbs/...'],
    [paths.slb('%2e%2e'), '/v1/slbs/%252e%252e'],
  ])('returns a URL below the collection: %s', (url, path) => {
    expect(new URL(url).pathname).toBe(path);
  });

  it.each(['', '.', '..'])('refuses the ID %j, which would change the path', (id) => {
    expect(() => paths.slb(id)).toThrow(TypeError);
    expect(() => paths.newListener(id)).toThrow(TypeError);
    expect(() => paths.listener('slb-1', id)).toThrow(TypeError);
    expect(() => paths.member('slb-1', 'listener-1', id)).toThrow(TypeError);
  });
});
