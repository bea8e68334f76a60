import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { formatProviderId, parseProviderId } from './provider-id.ts';

describe('a provider id', () => {
  it('is incloud://<server id>, for ever', () => {
    expect(formatProviderId('i-0a1b')).toBe('incloud://i-0a1b');
  });

  it.each([
    'incloud://i-1',
    'inspur://i-1',
    'incloud:///i-1',
    'inspur:///i-1',
    'i-1',
    ' incloud://i-1\n',
  ])('%j is that of server i-1', (text) => {
    expect(parseProviderId(text)).toEqual({ kind: 'server', serverId: 'i-1' });
  });

  it.each([undefined, '', ' '])('%j is none', (text) => {
    expect(parseProviderId(text)).toEqual({ kind: 'none' });
  });

  it.each([
    'aws:///eu-1a/i-1',
    'gce://i-1',
    'INCLOUD://i-1',
    'incloud://',
    'incloud:i-1',
    'incloud://zone/i-1',
    'incloud://i-1,i-2',
    'i-1 i-2',
    '://i-1',
    '/i-1',
    'incloud://..',
    'i-1?x=1',
    '"i-1"',
    'i-1\u0000',
    'i'.repeat(129),
  ])('%j is foreign', (text) => {
    expect(parseProviderId(text)).toEqual({ kind: 'foreign' });
  });

  it('is read as it was written', () => {
    const serverId = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/);
    fc.assert(
      fc.property(serverId, (id) => {
        expect(parseProviderId(formatProviderId(id))).toEqual({ kind: 'server', serverId: id });
      }),
    );
  });
});
