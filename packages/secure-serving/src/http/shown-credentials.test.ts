import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { shownCredentials } from './shown-credentials.ts';

describe('shownCredentials', () => {
  it('reads headers as UTF-8, line by line', () => {
    const request = new IncomingMessage(new Socket());
    request.headersDistinct = {
      'x-remote-user': [Buffer.from('größe').toString('latin1')],
      'x-remote-group': ['dev, ops', 'system:masters'],
    };
    expect(shownCredentials(request, '10.0.0.1')).toEqual({
      source: '10.0.0.1',
      headers: { 'x-remote-user': ['größe'], 'x-remote-group': ['dev, ops', 'system:masters'] },
    });
  });
});
