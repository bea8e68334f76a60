import { describe, expect, it } from '@jest/globals';
import { anonymous, authenticated } from './user-info.ts';

describe('authenticated', () => {
  it.each([
    [{ name: 'jane', groups: ['dev'] }, ['dev', 'system:authenticated']],
    [{ name: 'jane', groups: ['system:authenticated'] }, ['system:authenticated']],
    // A proxy hands on whoever shows it no credentials.
    [anonymous, ['system:unauthenticated']],
    [{ name: 'system:anonymous', groups: [] }, []],
    [{ name: 'joe', groups: ['system:unauthenticated'] }, ['system:unauthenticated']],
  ])('makes of %j one of %j', (user, groups) => {
    expect(authenticated({ extra: {}, ...user }).groups).toEqual(groups);
  });
});
