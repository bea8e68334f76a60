import { describe, expect, it } from '@jest/globals';
import { configurationChanges } from './configuration-changes.ts';

const before = {
  files: [],
  values: { region: 'north', timeout: '5', gone: 'x' },
  identity: ['region'],
};

describe('configurationChanges', () => {
  it('names the keys that differ, came or went, and shows the values of those that say whose cloud it is', () => {
    const values = { region: 'south', timeout: '5', vpc: 'v1' };
    expect(
      configurationChanges(before, { ...before, values, identity: ['region', 'vpc'] }),
    ).toEqual({
      keys: ['region', 'gone', 'vpc'],
      identity: ['region: north -> south', 'vpc: nothing -> v1'],
    });
  });

  it('finds nothing between equals, and nothing where nothing is said', () => {
    expect(configurationChanges(before, { ...before })).toEqual({ keys: [], identity: [] });
    expect(configurationChanges(undefined, undefined)).toEqual({ keys: [], identity: [] });
  });
});
