import { describe, expect, it } from '@jest/globals';
import { explainTransportFailure } from './transport-failure.ts';

function failure(code: string, more: { syscall?: string; message?: string } = {}): Error {
  const { message = `it failed with ${code}`, ...rest } = more;
  return Object.assign(new Error(message), { code, ...rest });
}

describe('explainTransportFailure', () => {
  it.each([
    ['ECONNREFUSED', 'refused the connection', true],
    ['ENOTFOUND', 'the name does not exist in DNS', true],
    ['EAI_AGAIN', 'DNS does not respond', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'did not accept the connection in time', true],
    ['CERT_HAS_EXPIRED', 'presented a TLS certificate that has expired', true],
    ['CERT_NOT_YET_VALID', 'not valid yet', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'configure the private CA', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'configure the private CA', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate for another host', true],
    ['ECONNRESET', 'closed the connection before the response was complete', false],
    ['EPIPE', 'closed the connection before the response was complete', false],
    ['UND_ERR_SOCKET', 'closed the connection before the response was complete', false],
    ['ESOMETHINGNEW', 'it failed with ESOMETHINGNEW', false],
  ])('explains %s: %s (not sent: %p)', (code, words, notSent) => {
    const explained = explainTransportFailure(failure(code));
    expect(explained.text).toContain(words);
    expect(explained.notSent).toBe(notSent);
  });

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'])(
    'treats %s as "not sent" only if connecting failed',
    (code) => {
      const connecting = explainTransportFailure(failure(code, { syscall: 'connect' }));
      expect(connecting.notSent).toBe(true);
      expect(connecting.text).not.toContain(code);
      expect(explainTransportFailure(failure(code, { syscall: 'read' }))).toEqual({
        text: 'closed the connection before the response was complete',
        notSent: false,
        retryable: true,
      });
    },
  );

  it('does not retry after a certificate problem, because waiting does not help', () => {
    expect(explainTransportFailure(failure('CERT_HAS_EXPIRED')).retryable).toBe(false);
    expect(explainTransportFailure(failure('ECONNREFUSED')).retryable).toBe(true);
  });

  it('explains a failure of several addresses by the first one', () => {
    const several = new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]);
    expect(explainTransportFailure(several).text).toBe('refused the connection');
  });

  it('recognizes a connection that was closed during the handshake', () => {
    const message =
      'Client network socket disconnected before secure TLS connection was established';
    expect(explainTransportFailure(failure('ECONNRESET', { message }))).toEqual({
      text: 'closed the connection before it was established',
      notSent: true,
      retryable: true,
    });
  });

  it('accepts any value as a failure', () => {
    expect(explainTransportFailure('odd').text).toBe('failed: odd');
  });
});
