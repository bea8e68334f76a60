import { describe, expect, it } from '@jest/globals';
import { explainTransportFailure } from './transport-failure.ts';

function failure(code: string, more: { syscall?: string; message?: string } = {}): Error {
  const { message = `it failed with ${code}`, ...rest } = more;
  return Object.assign(new Error(message), { code, ...rest });
}

describe('explainTransportFailure', () => {
  it.each([
    ['ECONNREFUSED', 'refuses the connection', true],
    ['ENOTFOUND', 'the name does not exist in DNS', true],
    ['EAI_AGAIN', 'DNS does not answer', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'does not accept the connection in time', true],
    ['CERT_HAS_EXPIRED', 'its TLS certificate has expired', true],
    ['CERT_NOT_YET_VALID', 'not valid yet', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'a private CA must be configured', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'a private CA must be configured', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host', true],
    ['ECONNRESET', 'closed the connection before its answer was complete', false],
    ['EPIPE', 'closed the connection before its answer was complete', false],
    ['UND_ERR_SOCKET', 'closed the connection before its answer was complete', false],
    ['ESOMETHINGNEW', 'it failed with ESOMETHINGNEW', false],
  ])('%s: %s (surely not arrived: %p)', (code, words, notSent) => {
    const explained = explainTransportFailure(failure(code));
    expect(explained.text).toContain(words);
    expect(explained.notSent).toBe(notSent);
  });

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'])(
    'takes %s for "not sent" only if connecting failed',
    (code) => {
      const connecting = explainTransportFailure(failure(code, { syscall: 'connect' }));
      expect(connecting.notSent).toBe(true);
      expect(connecting.text).not.toContain(code);
      expect(explainTransportFailure(failure(code, { syscall: 'read' }))).toEqual({
        text: 'closed the connection before its answer was complete',
        notSent: false,
        retryable: true,
      });
    },
  );

  it('does not try again where the certificate is bad, because waiting does not mend it', () => {
    expect(explainTransportFailure(failure('CERT_HAS_EXPIRED')).retryable).toBe(false);
    expect(explainTransportFailure(failure('ECONNREFUSED')).retryable).toBe(true);
  });

  it('looks into a failure of several addresses', () => {
    const several = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]);
    expect(explainTransportFailure(several).text).toBe('refuses the connection');
  });

  it('knows a connection that was closed during the handshake', () => {
    const message =
      'Client network socket disconnected before secure TLS connection was established';
    expect(explainTransportFailure(failure('ECONNRESET', { message }))).toEqual({
      text: 'closed the connection before it was established',
      notSent: true,
      retryable: true,
    });
  });

  it('takes anything for a failure', () => {
    expect(explainTransportFailure('odd').text).toBe('failed: odd');
  });
});
